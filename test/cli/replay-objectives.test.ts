import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const window = { last: 1000 };
const objectives = [
  { metric: "recall", class: "fraud", min: 0.5, window, severity: "warning", minSamples: 20 },
  { metric: "accuracy", min: 0.99, window, severity: "warning", minSamples: 1000 },
  { metric: "f1", average: "macro", min: 0.99, window, severity: "critical" },
  { name: "AccuracyHigh", metric: "accuracy", max: 0.2, window, severity: "critical", confidence: 0.975 },
  { metric: "accuracy", maxDrop: 0.05, comparedTo: { version: "v1" }, window, severity: "warning" },
  { metric: "accuracy", maxDrop: 0.05, comparedTo: { ago: "1d" }, window, severity: "warning" },
  { metric: "precision", class: "legit\u001b", min: 0.9, window, severity: "warning" },
];
const config = join(dir, "config.json");
writeFileSync(
  config,
  JSON.stringify({
    sources: [{ files: ["*.jsonl"], fields: { model: "m", version: "v", predicted: "p", actual: "a" } }],
    windows: [window],
    models: { fraud: { team: "t", objectives } },
    teams: { t: { critical: ["hook"], warning: ["hook"] } },
    receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
    alerting: { defaultReceiver: "hook" },
  }),
);

/** Outcomes of a version: so many of fraud of which so many are found, and as many that are legit and left alone. */
function outcomes(version: string, hits: number, of: number): string {
  return Array.from({ length: 2 * of }, (_, at) => {
    const actual = at < of ? "fraud" : "legit";
    return `${JSON.stringify({ m: "fraud", v: version, a: actual, p: at < hits ? "fraud" : "legit" })}\n`;
  }).join("");
}
const log = join(dir, "log.jsonl");
writeFileSync(log, outcomes("v1", 95, 100) + outcomes("v2", 55, 100) + '{"m":"other","v":"v1","a":"x","p":"x"}\n');

interface Report {
  readonly tags: readonly { labels: Record<string, string>; objectives: readonly Record<string, unknown>[] }[];
}

describe("the objectives of a model in the report", () => {
  test("replay --json says of each objective, in the order and the words of the config, what the judge says", async () => {
    const { stdout, code } = await run(["replay", "--json", "--config", config, log]);
    const { tags } = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(tags.map(({ labels, objectives: of }) => [labels["model"], of.map(({ verdict }) => verdict)])).toEqual([
      // What others are compared with owes nothing by that objective.
      ["fraud", ["met", "quiet", "missed", "missed", "no data", "no data"]],
      ["fraud", ["met", "quiet", "missed", "missed", "missed", "no data", "no data"]],
      ["other", []],
    ]);
    expect(tags[1]?.objectives.slice(2, 6)).toEqual([
      {
        metric: "f1",
        average: "macro",
        window: "last_1000",
        min: 0.99,
        severity: "critical",
        minSamples: 100,
        verdict: "missed",
        bound: 0.99,
        value: expect.closeTo((110 / 155 + 200 / 245) / 2, 12),
        samples: 200,
        z: expect.any(Number),
        interval: { low: expect.closeTo(0.702, 3), high: expect.closeTo(0.824, 3), confidence: 0.95 },
      },
      {
        name: "AccuracyHigh",
        metric: "accuracy",
        window: "last_1000",
        max: 0.2,
        severity: "critical",
        minSamples: 100,
        verdict: "missed",
        bound: 0.2,
        value: 0.775,
        samples: 200,
        z: expect.closeTo((155 - 40) / Math.sqrt(200 * 0.2 * 0.8), 12),
        interval: { low: expect.closeTo(0.7123, 3), high: expect.closeTo(0.8274, 3), confidence: 0.95 },
      },
      expect.objectContaining({ maxDrop: 0.05, comparedTo: { version: "v1" }, verdict: "missed", interval: null }),
      expect.objectContaining({ maxDrop: 0.05, comparedTo: { ago: "1d" }, verdict: "no data", z: null }),
    ]);
  });

  test("replay prints one line for each objective, the worst first, with nothing in it that could steer a terminal", async () => {
    const { stdout, code } = await run(["replay", "--config", config, log]);
    expect(code).toBe(0);
    const [, , second = ""] = stdout.split(/^objectives$/mu);
    expect(second.split("\n").slice(1, 8)).toEqual([
      expect.stringMatching(
        /^ {2}✕ missed {3}accuracy last_1000: 0\.7750, max 0\.2, 0\.7\d+\.\.0\.8\d+ at 95%, 200 samples$/u,
      ),
      expect.stringMatching(
        /^ {2}✕ missed {3}macro f1 last_1000: 0\.7630, min 0\.99, 0\.7\d+\.\.0\.8\d+ at 95%, 200 samples$/u,
      ),
      "  ✕ missed   accuracy last_1000: 0.7750, maxDrop 0.05 from version v1, 200 samples",
      "  ∅ no data  accuracy last_1000: 0.7750, maxDrop 0.05 from 1d ago, 200 samples",
      "  ∅ no data  precision legit\\u{1b} last_1000: -, min 0.9, 0 samples",
      "  – quiet    accuracy last_1000: 0.7750, min 0.99, 200 of 1000 samples",
      expect.stringMatching(
        /^ {2}✓ met {6}recall fraud last_1000: 0\.5500, min 0\.5, 0\.4\d+\.\.0\.6\d+ at 99%, 100 samples$/u,
      ),
    ]);
  });

  test("/api/v1/models says the same of the same lines", async () => {
    const { stdout } = await run(["replay", "--json", "--config", config, log]);
    const daemon = await Daemon.start(["--config", config, "--state", join(dir, "state")]);
    const tags = async (query = ""): Promise<Report["tags"]> =>
      (JSON.parse((await daemon.get(`/api/v1/models${query}`)).body) as Report).tags;
    await eventually(async () => (await tags()).length === 3, "all tags are there");
    const all = (JSON.parse(stdout) as Report).tags;
    expect(await tags()).toEqual(all);
    // Of a version alone too, which is compared with one that is not asked for.
    expect(await tags("?version=v2")).toEqual([all[1]]);
  });
});
