import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { openBrowser, type PersonsBrowser, reopenPage, signUp } from "./support/browser.ts";
import { type Control, controlsOf, hasEffect } from "./support/controls.ts";
import { type SeededServer, startSeededServer } from "./support/seeded.ts";

/** A way to a control: the page, what is pressed first to reveal it, and its name. */
interface Way {
  readonly path: string;
  readonly through: string | undefined;
  readonly name: string;
}

describe("every control", { skip: missing("chromium"), timeout: 900_000 }, () => {
  let seeded: SeededServer;
  let browser: PersonsBrowser;
  const pressed = new Set<string>();
  /** Ways to what cannot be undone; they are gone last, since nothing is left to press after them. */
  const final: Way[] = [];

  before(async () => {
    seeded = await startSeededServer();
    browser = await openBrowser();
    await signUp(browser.page, seeded.server.link);
  });
  after(async () => {
    await browser?.close();
    await seeded?.stop();
  });

  it("of every page, dialog and menu has an effect or an error with a code", async (context) => {
    const dead: string[] = [];

    for (const [index, path] of seeded.pages.entries()) {
      await open(path);
      const there = await controlsOf(browser.page, index === 0);
      for (const way of fresh(path, undefined, there)) {
        const names = new Set(there.map(({ name }) => name));
        const revealed = (await press(way, dead)).filter(({ name }) => !names.has(name));
        for (const further of fresh(path, way.name, revealed)) await press(further, dead);
      }
    }

    context.diagnostic(`${pressed.size} controls`);
    assert.deepEqual(dead, []);
    assert.ok(pressed.size > 250, `only ${pressed.size} controls were found`);
  });

  it("that cannot be undone does what it says", async () => {
    const dead: string[] = [];
    const order = ({ name }: Way): number =>
      /Sign out/.test(name) ? 2 : /Remove the connection|Revoke in/.test(name) ? 1 : 0;

    for (const way of final.toSorted((a, b) => order(a) - order(b))) await press(way, dead);

    assert.deepEqual(dead, []);
    assert.ok(final.length > 5, `only ${final.length} were found`);
    await browser.page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("makes no script fail and breaks no content security policy", () => {
    assert.deepEqual(browser.complaints, []);
  });

  /** Language, appearance and views of the press before are forgotten. */
  function open(path: string): Promise<void> {
    return reopenPage(browser.page, seeded.server.url + path);
  }

  /** Ways to those of the controls that were not met before; what cannot be undone is put by. */
  function fresh(path: string, through: string | undefined, controls: readonly Control[]): Way[] {
    return controls.flatMap(({ name, isFinal, isShared }) => {
      const key = `${kindOf(path, isShared)} ${through ?? ""} ${name}`;
      if (pressed.has(key)) return [];
      pressed.add(key);
      const way = { path, through, name };
      if (isFinal) final.push(way);
      return isFinal ? [] : [way];
    });
  }

  /** Goes the way and presses what is at its end. Answers with the controls that are on the same page then. */
  async function press({ path, through, name }: Way, dead: string[]): Promise<readonly Control[]> {
    const { page } = browser;
    await open(path);
    if (through !== undefined) {
      await (await find(page, through))?.at.click();
      await settle(page);
    }
    const control = await find(page, name);
    // What is no longer there was taken away by another press.
    if (!control) return [];
    if (!(await hasEffect(page, control))) dead.push([path, through, name].filter(Boolean).join(" › "));
    if (through !== undefined || !/^(summary|button|input checkbox)/.test(name)) return [];
    await settle(page);
    return isAt(page, path) ? controlsOf(page) : [];
  }
});

async function find(page: Page, name: string): Promise<Control | undefined> {
  return (await controlsOf(page, true)).find((control) => control.name === name);
}

function isAt(page: Page, path: string): boolean {
  return new URL(page.url()).pathname === path.split("?")[0];
}

/** Pages that differ only in what they show; the tabs of one thing share its head. */
function kindOf(path: string, isShared: boolean): string {
  const kind = path.replace(/[0-9a-f]{32}/g, ":id");
  return isShared ? kind.split("/").slice(0, 3).join("/") : kind;
}

/** Until what a press has opened stands there with all that it reads. */
async function settle(page: Page): Promise<void> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
  await page.locator(":is(main, dialog) .loading").first().waitFor({ state: "detached" });
}
