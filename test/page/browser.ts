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

/** The browser finds nothing but this machine. */
const args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];

/**
 * Opens a page in Debian's Chromium, one browser a test file. Whatever the console complains of, and a request to anything
 * but this daemon, is kept for `takeFaults`.
 */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const executablePath = findProgram("chromium");
  if (executablePath === undefined) throw new Error("chromium is not installed: npm test brings it");
  browser ??= chromium.launch({ executablePath, args });
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const { origin } = new URL(url);
  // Only heard: a route would take the cache from the browser, and each request through this process.
  context.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${origin}/`)) faults.push(`request to ${asked}`);
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

/** Rules of axe that a theme can break which another keeps: it changes nothing but colours. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds of WCAG 2.1 A and AA in both themes, each with the elements that it is of: in the light one everything, in
 * the dark one what depends on colours.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe.source);
  const runs = [
    ["light", { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }],
    ["dark", { type: "rule", values: colourRules }],
  ] as const;
  const violations: string[] = [];
  for (const [colorScheme, runOnly] of runs) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found: unknown = await page.evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")))`,
    );
    violations.push(
      ...(Array.isArray(found) ? found.map((each) => `${colorScheme}: ${String(each)}`) : ["axe gave nothing"]),
    );
  }
  return violations;
}
