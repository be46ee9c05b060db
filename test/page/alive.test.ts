import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import type { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { openPage, takeFaults } from "./browser.ts";
import { linesOf, manyClasses } from "./lines.ts";
import { PageBed } from "./page-bed.ts";

const fraud = {
  tag: { model: "fraud", version: "v1" },
  cells: [
    ["fraud", "fraud", 80],
    ["fraud", "legit", 9],
    ["legit", "legit", 300],
  ],
} as const;
const config = {
  windows: ["5m", "1h", { last: 1000 }],
  models: {
    fraud: {
      team: "t",
      objectives: [{ metric: "recall", class: "fraud", min: 0.85, window: "5m", severity: "warning", minSamples: 20 }],
    },
    catalogue: {
      team: "t",
      objectives: [{ metric: "accuracy", min: 0.5, window: "5m", severity: "warning", minSamples: 20 }],
    },
  },
  teams: { t: { warning: ["hook"] } },
  receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
  alerting: { defaultReceiver: "hook" },
};

/** What is in focus, as its text. */
const focused = async (page: Page): Promise<unknown> =>
  page.evaluate("document.activeElement.id || document.activeElement.textContent");
const text = async (page: Page, selector: string): Promise<string> =>
  ((await page.textContent(selector)) ?? "").replace(/\s+/gu, " ");

/** Wakes a page as one's return to it does. */
const wake = "document.dispatchEvent(new Event('visibilitychange'))";

describe("a page that is open", () => {
  let bed: PageBed;
  let daemon: Daemon;
  beforeAll(async () => {
    const others = [
      { tag: { model: "catalogue", version: "v1" }, cells: manyClasses(40, 30) },
      { tag: { model: "iris", version: "v1" }, cells: [["a", "a", 9]] as const },
    ];
    bed = await PageBed.start(config, [fraud, ...others].map((each) => linesOf(each)).join(""));
    daemon = bed.daemon;
  });
  afterAll(async () => {
    await daemon.stop();
  });

  test("the keyboard reads cells, goes to other tags and windows, and filters", async () => {
    const { page, context } = await openPage(`${daemon.url}/?model=fraud&version=v1`);
    await page.keyboard.press("2");
    await page.waitForURL(/window=1h/u);
    await page.locator('td[tabindex="0"]').focus();
    expect(await text(page, "#cell")).toContain("Actual fraud, predicted legit: 9 outcomes, 10.1% of all actual fraud");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await text(page, "#cell")).toContain(
      "Actual fraud, predicted fraud: 80 outcomes, 89.9% of all actual fraud, 100.0% of all predicted fraud.",
    );
    await page.keyboard.press("ArrowDown");
    expect(await text(page, "#cell")).toContain("Actual legit, predicted fraud: 0 outcomes, 0.0% of all actual legit");
    expect(await page.locator("td[aria-selected]").count()).toBe(1);
    await page.keyboard.press("/");
    expect(await focused(page)).toBe("filter-tags");
    await page.keyboard.type("iris");
    await eventually(async () => (await page.locator("#list li").count()) === 1, "one row is left");
    expect(await focused(page)).toBe("filter-tags");
    expect(new URL(page.url()).searchParams.get("filter-tags")).toBe("iris");
    await page.keyboard.press("Enter");
    await eventually(async () => String(await focused(page)).includes("iris"), "the row is in focus");
    await page.keyboard.press("Enter");
    await page.waitForURL(/model=iris/u);
    await eventually(async () => (await page.title()).includes("iris v1"), "the tag is shown");
    await page.goBack();
    await eventually(async () => (await page.title()).includes("fraud v1"), "back at the first tag");
    await page.goto(`${daemon.url}/?model=fraud`);
    await page.keyboard.press("j");
    await page.waitForURL(/model=catalogue/u);
    await page.locator("#map").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await text(page, "#cell")).toContain(
      "Actual class-001, predicted class-002: 3 outcomes, 10.0% of all actual class-001",
    );
    const box = await page.locator("#map").boundingBox();
    await page.mouse.move((box?.x ?? 0) + 1, (box?.y ?? 0) + 1);
    expect(await text(page, "#cell")).toContain("Actual class-000, predicted class-000: 27 outcomes, 90.0%");
    await page.keyboard.press("k");
    await page.waitForURL(/model=fraud/u);
    await context.close();
    expect(takeFaults()).toEqual([]);
  });

  test("new outcomes are shown within seconds, in place, and it tells that it is stale while the daemon is gone", async () => {
    const { page, context } = await openPage(`${daemon.url}/`);
    expect(await text(page, "h1")).toContain("fraud");
    await page.locator("td.c").first().focus();
    const before = await page.evaluate("(window.cell = document.activeElement).textContent");
    expect(before).toContain("80");
    bed.append(
      linesOf(
        {
          tag: fraud.tag,
          cells: [
            ["fraud", "fraud", 40],
            ["fraud", "legit", 60],
          ],
        },
        1000,
      ),
    );
    bed.append("no line\n");
    await eventually(async () => (await text(page, "td.c")).includes("120"), "the cell has changed", 20_000);
    expect(await page.evaluate("document.activeElement === window.cell")).toBe(true);
    expect(await text(page, "#cell")).toContain("Actual fraud, predicted fraud: 120 outcomes");
    expect(await text(page, "#objectives")).toContain("✕ missed");
    expect(await page.title()).toBe("✕ fraud v1, 5m: 1 of 1 missed · model-quality-exporter");
    await page.locator("#rejected summary").click();
    bed.append(linesOf({ tag: fraud.tag, cells: [["fraud", "fraud", 1]] }, 0));
    await eventually(async () => {
      await page.evaluate(wake);
      return (await text(page, "td.c")).includes("121");
    }, "the cell has changed again");
    expect(await page.evaluate("document.getElementById('rejected').open")).toBe(true);
    expect(takeFaults()).toEqual([]);

    await daemon.stop();
    await page.keyboard.press("p");
    expect(await text(page, "#age")).toContain("paused");
    await page.keyboard.press("p");
    await eventually(async () => (await text(page, "#age")).includes("stale"), "it says that it is stale");
    daemon = await bed.restart();
    await page.evaluate(wake);
    await eventually(async () => (await text(page, "#age")).includes("live"), "it comes back by itself");
    await context.close();
    expect(takeFaults().filter((fault) => !fault.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
  });

  test("without scripts the page has all of it, its filter works, and it loads itself anew", async () => {
    const { page, context } = await openPage(`${daemon.url}/?model=fraud`, { javaScriptEnabled: false });
    expect(await page.content()).toContain('http-equiv="refresh"');
    expect(await text(page, "#cell")).toContain("Actual fraud, predicted legit");
    await page.locator("#filter-tags").fill("cata");
    await page.keyboard.press("Enter");
    await page.waitForURL(/filter-tags=cata/u);
    expect(await page.locator("#list li").count()).toBe(1);
    await page.locator("#list a").click();
    await page.waitForURL(/model=catalogue/u);
    expect(await page.locator("#map path").count()).toBeGreaterThan(1);
    await context.close();
    expect(takeFaults()).toEqual([]);
  });
});
