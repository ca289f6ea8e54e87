import { stat } from "node:fs/promises";
import type { Locator, Page, Request } from "playwright-core";

/** How long a control may take to show that it did something. */
const EFFECT_MS = 4_000;
const MARK = "data-crawled";

/** A control that can be seen and used now. */
export interface Control {
  /** What it is called, without the parts that differ from row to row, so that equal ones are pressed once. */
  readonly name: string;
  /** Confirms what cannot be undone, or ends the session. */
  readonly isFinal: boolean;
  /** Stands in the head that the tabs of one thing share. */
  readonly isShared: boolean;
  readonly at: Locator;
}

/** Every control of the dialog that is open, else of the page; `withShell`: also those around it. */
export async function controlsOf(page: Page, withShell = false): Promise<Control[]> {
  const found = (await page.evaluate(`(${collect})(${JSON.stringify([MARK, withShell])})`)) as Named[];
  return found.map((named, index) => ({ ...named, at: page.locator(`[${MARK}="${index}"]`) }));
}

type Named = Omit<Control, "at">;

/** Runs in the page; as text, since the types here are not the browser's. */
const collect = `([mark, withShell]) => {
  for (const old of document.querySelectorAll("[" + mark + "]")) old.removeAttribute(mark);
  const root = [...document.querySelectorAll("dialog[open]")].at(-1) ?? (withShell ? document.body : document.querySelector("main"));
  const all = root?.querySelectorAll("button, summary, select, input, textarea, a[href]") ?? [];
  const usable = [...all].filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0);
  return usable.map((one, index) => {
    one.setAttribute(mark, index);
    const href = (one.getAttribute("href") ?? "").replace(/[0-9a-f]{32}/g, ":id").replace(/GHSA[\\w-]+/g, ":advisory");
    const words = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;
    const row = one.closest("dialog") ? "in dialog" : "";
    const name = [one.localName, one.type ?? "", words.slice(0, 60), href, row].join(" ").replace(/[0-9a-f]{12,}|\\d+/g, "#");
    return { name: name.replace(/\\s+/g, " ").trim(), isFinal: one.matches("dialog .danger.solid, .who button"), isShared: one.closest(".screen-head, .tabs") !== null };
  });
}`;

/** Presses, types or chooses, and watches for anything that follows: a call, another address, another content. */
export async function hasEffect(page: Page, { at }: Control): Promise<boolean> {
  if ((await at.getAttribute("download")) !== null) return downloads(page, at);
  if (["page", "step", "true"].includes((await at.getAttribute("aria-current")) ?? "")) return true;
  if ((await at.getAttribute("target")) === "_blank") return opensTab(page, at);
  const calls: string[] = [];
  const note = (request: Request): void => void calls.push(request.url());
  const state = (): Promise<string> => page.evaluate<string>(STATE).catch(() => "gone");
  const before = await state();
  page.on("request", note);
  try {
    await use(at);
  } catch (error) {
    // A scan that ended takes its Stop button along.
    if ((await at.count()) === 0) return true;
    throw error;
  }
  const end = Date.now() + EFFECT_MS;
  while (calls.length === 0 && (await state()) === before && Date.now() < end) await page.waitForTimeout(25);
  page.off("request", note);
  return calls.length > 0 || (await state()) !== before;
}

async function downloads(page: Page, control: Locator): Promise<boolean> {
  const [download] = await Promise.all([page.waitForEvent("download"), control.click()]);
  return (await stat(await download.path())).size > 0;
}

async function opensTab(page: Page, control: Locator): Promise<boolean> {
  const [tab] = await Promise.all([page.waitForEvent("popup"), control.click()]);
  await tab.close();
  return true;
}

/** Address, text, values and marks of the page, and which input the browser complains about. */
const STATE = `(() => {
  const inputs = [...document.querySelectorAll("input, select, textarea")];
  const values = inputs.map((one) => [one.value, one.checked, one.indeterminate]);
  const open = [...document.querySelectorAll("details, dialog")].map((one) => one.open);
  const invalid = document.querySelector(":focus:invalid") !== null;
  const marks = [...document.querySelectorAll("[aria-pressed], [aria-expanded]")].map((one) => one.ariaPressed ?? one.ariaExpanded);
  const theme = document.documentElement.dataset.theme;
  return JSON.stringify([location.href, document.body.textContent, values, open, invalid, marks, theme, String(getSelection()), document.activeElement?.id]);
})()`;

async function use(control: Locator): Promise<void> {
  const tag = await control.evaluate((element) => (element as { tagName: string }).tagName);
  const type = (await control.getAttribute("type")) ?? "";
  if (tag === "SELECT") {
    const current = await control.inputValue();
    const values = await control
      .locator("option")
      .evaluateAll((all) => all.map((one) => (one as { value?: string }).value));
    const other = values.find((value) => value !== current);
    if (other !== undefined) await control.selectOption(other);
  } else if (tag === "TEXTAREA" || ["text", "search", "url", "password"].includes(type) || (tag === "INPUT" && !type)) {
    await control.pressSequentially("https://x");
  } else if (type === "number") await control.fill("7");
  else if (type === "date") await control.fill("2030-01-31");
  else if (type === "file")
    await control.setInputFiles({ name: "Dockerfile", mimeType: "text/plain", buffer: Buffer.from("FROM x") });
  else {
    // A skip link is in view only while it has the focus.
    await control.focus();
    await control.click();
  }
}
