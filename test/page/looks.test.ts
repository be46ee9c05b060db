import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { axeViolations, openPage, takeFaults, type Opened } from "./browser.ts";
import { hostileNames, linesOf, manyClasses, type Outcomes } from "./lines.ts";
import { PageBed } from "./page-bed.ts";

const objectives = [
  { metric: "recall", class: "class-000", min: 0.95, window: "5m", severity: "critical", minSamples: 20 },
  { metric: "f1", average: "macro", min: 0.5, window: "1h", severity: "warning" },
];
const config = {
  windows: ["5m", "1h", { last: 1000 }],
  limits: { maxTags: 2000, maxClasses: 200 },
  models: { classes10: { team: "vision", runbook: "https://runbooks.example.com/x", objectives } },
  teams: { vision: { critical: ["hook"], warning: ["hook"] } },
  receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
  alerting: { defaultReceiver: "hook" },
  grafana: { url: "https://grafana.example.com" },
};
const sizes = [2, 10, 30, 31, 100];
const long = "n".repeat(1024);
const outcomes: readonly Outcomes[] = [
  ...sizes.map((size) => ({ tag: { model: `classes${size}`, version: "v1" }, cells: manyClasses(size, 30) })),
  {
    tag: { model: "hostile", version: "v1" },
    cells: hostileNames.flatMap((a) => hostileNames.map((b) => [a, b, a === b ? 9 : 1] as const)),
  },
  ...hostileNames.map((name) => ({
    tag: { model: name, version: name },
    cells: [
      [name, name, 30],
      [name, "", 5],
      ["", name, 4],
    ] as const,
  })),
  {
    tag: { model: long, version: long },
    cells: [
      [long, long, 30],
      [long, `${long.slice(0, -1)}m`, 9],
    ],
  },
  ...Array.from({ length: 985 }, (_, at) => ({
    tag: { model: "ranker", version: `t${at}` },
    cells: [
      ["no", "no", 3],
      ["yes", "no", 1],
    ] as const,
  })),
];
const badLine = `not json <img src=x onerror=alert(1)> \u{202e}${"x".repeat(900)}\n`;

describe("the page in a browser", () => {
  let bed: PageBed;
  let empty: PageBed;
  /** One page for all that is looked at: opening one takes longer than going to another address. */
  let opened: Opened;
  beforeAll(async () => {
    const log = outcomes.map((each) => linesOf(each)).join("");
    const old = linesOf({ tag: { model: "old", version: "v1" }, cells: [["a", "a", 5]] }, 1000, Date.now() - 7_200_000);
    bed = await PageBed.start(config, `${log}${old}${badLine}`);
    empty = await PageBed.start({}, "");
    opened = await openPage(bed.daemon.url);
  });
  afterAll(async () => {
    await bed.daemon.stop();
    await empty.daemon.stop();
  });

  test.each<{ what: string; path: string; isEmpty?: boolean; isAudited?: boolean }>([
    ...sizes.map((size) => ({ what: `${size} classes`, path: `/?model=classes${size}`, isAudited: size !== 30 })),
    { what: "counts and a class", path: "/?model=classes10&shown-as=counts&class=class-003" },
    { what: "hostile classes", path: "/?model=hostile&class=__proto__", isAudited: true },
    { what: "a name of 1,024 bytes", path: `/?model=${long}` },
    ...hostileNames
      .slice(0, 5)
      .map((name) => ({ what: `a model ${JSON.stringify(name)}`, path: `/?model=${encodeURIComponent(name)}` })),
    { what: "a tag without outcomes in the window", path: "/?model=old&window=5m" },
    { what: "a window that is gone, and a filter", path: "/?model=classes10&window=2h&filter-tags=ranker+t9" },
    { what: "a tag that is not there", path: "/?model=classes11&version=v1", isAudited: true },
    { what: "no tag at all", path: "/", isEmpty: true, isAudited: true },
  ])(
    "a page of $what is well at 1280 and 390, in both themes",
    async ({ path, isEmpty = false, isAudited = false }) => {
      const { page } = isEmpty ? await openPage(empty.daemon.url) : opened;
      if (!isEmpty) await page.goto(bed.daemon.url + path);
      if (!isEmpty) await page.locator("#rejected summary").click();
      if (isAudited) expect(await axeViolations(page)).toEqual([]);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      }
      // The console tells of the 404 that answers what is not there.
      expect(takeFaults().filter((fault) => !(path.includes("classes11") && fault.includes("404")))).toEqual([]);
    },
  );

  test("a page of a thousand tags lists fifty, says how many there are, and is under 100 kB", async () => {
    for (const path of ["/", "/?model=classes30", "/?model=classes100"]) {
      const { body } = await bed.daemon.get(path);
      expect(Buffer.byteLength(body)).toBeLessThan(100_000);
      expect(body.match(/<li data-key/gu)).toHaveLength(50);
    }
    expect((await bed.daemon.get("/")).body).toContain("Filter 1,003 tags");
  });
});
