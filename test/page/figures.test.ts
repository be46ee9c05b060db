import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { linesOf, manyClasses, hostileNames } from "./lines.ts";
import { PageBed } from "./page-bed.ts";

const recall = { metric: "recall", class: "fraud", window: "5m", severity: "warning", minSamples: 20, for: "0s" };
const config = {
  windows: ["5m", "1h", { last: 1000 }],
  models: {
    missed: { team: "t", objectives: [{ ...recall, min: 0.95 }] },
    unsure: { team: "t", objectives: [{ ...recall, min: 0.85 }] },
    "no data": { team: "t", objectives: [{ ...recall, class: "other", min: 0.5 }] },
    quiet: { team: "t", objectives: [{ ...recall, min: 0.5, minSamples: 5000 }] },
    met: { team: "t", objectives: [{ ...recall, min: 0.5 }] },
  },
  teams: { t: { warning: ["hook"] } },
  receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
  alerting: { defaultReceiver: "hook" },
};
const cells = [
  ["fraud", "fraud", 80],
  ["fraud", "legit", 20],
  ["legit", "legit", 900],
  ["legit", "fraud", 7],
] as const;
const states = ["missed", "unsure", "no data", "quiet", "met"] as const;
const secret = "api_key: s3cr3t";

interface Report {
  readonly tags: readonly {
    readonly labels: Record<string, string>;
    readonly windows: readonly ({
      readonly window: string;
      readonly classes: readonly string[];
      readonly confusion: readonly number[][];
    } & Record<string, unknown>)[];
    readonly objectives: readonly { readonly verdict: string; readonly value: number | null }[];
  }[];
}

/** The cells of the rows of a table of the page, by the id of what it is in. */
function rowsOf(html: string, id: string): readonly (readonly string[])[] {
  const part = new RegExp(`id="${id}".*?</table>`, "su").exec(html)?.[0] ?? "";
  return [...part.matchAll(/<tr.*?<\/tr>/gsu)].map(([row]) =>
    [...row.matchAll(/<t[hd].*?<\/t[hd]>/gsu)].map(([cell]) =>
      cell
        .replace(/<[^>]*>/gu, " ")
        .replace(/\s+/gu, " ")
        .trim(),
    ),
  );
}

describe("the status page", () => {
  let bed: PageBed;
  const json = async <T>(path: string): Promise<T> => JSON.parse((await bed.daemon.get(path)).body) as T;
  beforeAll(async () => {
    const tags = states.map((model) => linesOf({ tag: { model, version: "v1" }, cells }));
    const others = [
      linesOf({ tag: { model: "many", version: "v1" }, cells: manyClasses(12, 37) }),
      linesOf({ tag: { model: "many", version: "v2" }, cells: manyClasses(3, 20) }),
      linesOf({ tag: { model: hostileNames[0] }, cells: [["a", "b", 3]] }),
    ];
    bed = await PageBed.start(config, `${[...tags, ...others].join("")}${secret}\n`);
  });
  afterAll(async () => {
    await bed.daemon.stop();
  });

  test("the page lists the worst first, with the words of the judge, and the tags that owe nothing last", async () => {
    const { body } = await bed.daemon.get("/");
    const names = [...body.matchAll(/<li data-key="([^" ]*(?: data)?)/gu)].map(([, name]) => name);
    expect(names.slice(0, 5)).toEqual(states);
    const report = await json<Report>("/api/v1/models");
    for (const model of states) {
      const [objective] = report.tags.find(({ labels }) => labels["model"] === model)?.objectives ?? [];
      const page = await bed.daemon.get(`/?model=${encodeURIComponent(model)}`);
      const [row = []] = rowsOf(page.body, "objectives");
      expect([objective?.verdict, row[0]?.slice(2)]).toEqual([model, model]);
      expect(row[3]).toContain(objective?.value?.toFixed(3) ?? "–");
    }
  });

  test.each(["5m", "1h", "last_1000"])("every figure of the page over %s is that of /api/v1/models", async (window) => {
    for (const model of ["met", "many"]) {
      const [tag] = (await json<Report>(`/api/v1/models?model=${model}&version=v1&window=${window}`)).tags;
      const [figures] = tag?.windows ?? [];
      const page = (await bed.daemon.get(`/?model=${model}&version=v1&window=${window}&shown-as=counts`)).body;
      const shown = new Map(rowsOf(page, "figures").map(([name = "", value = ""]) => [name, value]));
      const averages = figures?.["averages"] as Record<string, Record<string, number>>;
      const expected = [
        ["Accuracy", figures?.["accuracy"]],
        ["Balanced accuracy", figures?.["balancedAccuracy"]],
        ["Matthews correlation", figures?.["matthewsCorrelation"]],
        ["Cohen's kappa", figures?.["cohenKappa"]],
        ["Macro F1", averages["macro"]?.["f1"]],
        ["Weighted F1", averages["weighted"]?.["f1"]],
      ] as const;
      for (const [name, value] of expected) {
        expect([name, shown.get(name.replace("'", "&#39;"))]).toEqual([name, Number(value).toFixed(3)]);
      }
      const matrix = [...page.matchAll(/<tr>\s*<th scope="row".*?<\/tr>/gsu)]
        .map(([row]) =>
          [...row.matchAll(/<td class="c [^>]*?(?:data-n="(\d+)")?\s*>/gsu)].map(([, n = "0"]) => Number(n)),
        )
        .filter((row) => row.length > 0);
      expect(matrix).toEqual(figures?.confusion);
    }
  });

  test.each([
    { asked: "?model=many", tags: 2 },
    { asked: "?model=many&version=v2", tags: 1 },
    { asked: "?model=many&model=met", tags: 3 },
    { asked: "?version=", tags: 1 },
    { asked: "?model=nothing", tags: 0 },
    { asked: "?window=1h", tags: 8 },
  ])("$asked selects $tags tags of the JSON", async ({ asked, tags }) => {
    for (const path of ["/api/v1/models", "/api/v1/status"]) {
      expect((await json<Report>(path + asked)).tags).toHaveLength(tags);
    }
    if (asked.includes("window"))
      expect((await json<Report>(`/api/v1/models${asked}`)).tags[0]?.windows).toHaveLength(1);
  });

  test.each([
    { asked: "?modle=many", says: 'no label "modle"; did you mean "model"?' },
    { asked: "?region=eu", says: 'no label "region"; the parameters are "model", "version", "window"' },
    { asked: "?window=1hour", says: 'no window "1hour"; the windows are "5m", "1h", "last_1000"' },
  ])("$asked is refused with what would mend it", async ({ asked, says }) => {
    for (const path of ["/api/v1/models", "/api/v1/status"]) {
      const { status, body } = await bed.daemon.get(path + asked);
      expect([status, body]).toEqual([400, expect.stringContaining(says)]);
    }
  });

  test("the status in JSON has the states, the verdicts, the history and how far the sources are read", async () => {
    const status = await json<Record<string, unknown>>("/api/v1/status");
    expect(status).toMatchObject({
      ready: true,
      window: "5m",
      states: { missed: 1, unsure: 1, "no data": 1, quiet: 1, met: 1, "no objectives": 3 },
      sources: [{ source: "logs", files: 1, problems: [], behindSeconds: 0, rejected: { malformed: 1 } }],
      rejected: { counts: [{ source: "logs", rejected: { malformed: 1 } }] },
    });
    const [first] = status["tags"] as { state: string; objectives: object[]; history: { samples: number }[] }[];
    expect(first).toMatchObject({
      state: "missed",
      objectives: [{ verdict: "missed", missedSince: expect.any(String) }],
    });
    expect(first?.history.reduce((sum, { samples }) => sum + samples, 0)).toBe(1007);
  });

  test("a tag that is not there is 404, with the nearest; a wrong name of a label is 400", async () => {
    const missing = await bed.daemon.get("/?model=manny");
    expect([missing.status, missing.body]).toEqual([404, expect.stringContaining('href="?model=many&#38;version=v1')]);
    const wrong = await bed.daemon.get("/?modle=many");
    expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('did you mean "model"?')]);
  });

  test("a fragment is the part of the page that changes, and a page may load nothing of others", async () => {
    const whole = await bed.daemon.get("/?model=met");
    const part = await bed.daemon.get("/?model=met", { accept: "text/html; fragment=1" });
    expect(part.body).not.toContain("<script");
    expect(whole.body).toContain('<div id="page">');
    expect(part.body).toContain('<div id="page">');
    expect(part.body.startsWith("<title>")).toBe(true);
    expect(whole.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(whole.headers.get("referrer-policy")).toBe("no-referrer");
    const asset = /href="\.\/(static\/[^"]*\.css)"/u.exec(whole.body)?.[1] ?? "";
    expect((await bed.daemon.get(`/${asset}`)).headers.get("cache-control")).toContain("immutable");
  });

  test("the text of rejected lines is on the page where /api/v1/rejected shows it, and nowhere else", async () => {
    expect((await bed.daemon.get("/")).body).toContain(secret);
    const hidden = await PageBed.start(config, `${secret}\n`, ["--web.listen-address", "0.0.0.0:0"]);
    for (const path of ["/", "/api/v1/status", "/api/v1/rejected"]) {
      const { body } = await hidden.daemon.get(path);
      expect([path, body.includes(secret), body.includes("--web.show-lines")]).toEqual([path, false, true]);
    }
    await hidden.daemon.stop();
  });
});
