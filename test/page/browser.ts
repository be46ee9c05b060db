import { afterAll } from "@jest/globals";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { findProgram } from "../support/tools.js";

let browser: Promise<Browser> | undefined;
const faults: string[] = [];

afterAll(async () => {
  await (await browser)?.close();
});

/** A page of the browser of a test file, and what went wrong in it. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
}

/**
 * Opens a page in Debian's Chromium, one browser a test file. It reaches the daemon and nothing else; whatever the console
 * complains of, and a request to elsewhere, is kept for `takeFaults`.
 */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const executablePath = findProgram("chromium");
  if (executablePath === undefined) throw new Error("chromium is not installed: npm test brings it");
  browser ??= chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const { origin } = new URL(url);
  await context.route("**/*", async (route) => {
    const asked = route.request().url();
    if (asked.startsWith(`${origin}/`)) await route.continue();
    else {
      faults.push(`request to ${asked}`);
      await route.abort();
    }
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, context };
}

/** What went wrong in all pages since the last call. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

/** What axe finds of WCAG 2.1 A and AA, each with the elements that it is of. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")))`,
  );
  return Array.isArray(found) ? found.map(String) : ["axe gave nothing"];
}
