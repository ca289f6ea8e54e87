import type { Page } from "playwright-core";

/** When the overview stood there with its figures, in milliseconds after its address was asked for. */
export interface FirstView {
  readonly contentMs: number;
}

/** Runs in the page before its scripts. */
const WATCH = `globalThis.firstView = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    if (!document.querySelector("main .totals .total-value")) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now()));
  }).observe(document, { childList: true, subtree: true });
});`;

/** Opens the overview as somebody who is signed in and was never here before: nothing is in the browser's cache. */
export async function measureFirstView(page: Page, url: string): Promise<FirstView> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.clearBrowserCache");
  await devtools.detach();
  await page.addInitScript(WATCH);
  await page.goto(url);
  return { contentMs: await page.evaluate<number>("globalThis.firstView") };
}
