import { expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/parse.ts";
import { LineStats } from "../../src/decode/line-stats.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";

const now = Date.parse("2026-01-31T12:00:00Z");

/** The counts after lines of batches, and the samples that the windows hold. */
function countsOf(...lines: readonly object[]): object {
  const fields = { model: "m", predicted: "p[]", actual: "t[]", time: "ts[]", id: "id" };
  const config = parseConfig(
    { sources: [{ name: "s", files: ["a.log"], fields }], windows: ["1h"] },
    "/etc/c.json",
    {},
  );
  const stats = new LineStats();
  const pipeline = new Pipeline(
    config,
    { refresh: () => undefined, observe: () => undefined, now, steady: now, behindMs: 0 },
    stats,
    new ClassMonitor(),
  );
  const reader = pipeline.open({ source: "s", path: "a.log", firstLine: undefined }, undefined);
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  reader.read(bytes, 0, bytes.length);
  const { read, accepted, outcomes, unlabelled, untimed, rejected, skipped, late } = stats.of("s");
  const samples = pipeline.tags.snapshot(now).map(({ outcomes: all }) => all);
  return { read, accepted, outcomes, unlabelled, untimed, rejected, skipped, late, samples };
}

const none = { accepted: 0, outcomes: 0, unlabelled: 0, untimed: 0, rejected: {}, skipped: {}, late: 0, samples: [] };

test.each([
  {
    what: "three outcomes are one accepted line",
    lines: [{ m: "m", p: [1, 2, 3], t: [1, 2, 2], ts: [now, now, now] }],
    counts: { accepted: 1, outcomes: 3, samples: [3] },
  },
  {
    what: "elements without a label are left out",
    lines: [{ m: "m", p: [1, 2, 3], t: [1, null, 2], ts: [now, now, now] }],
    counts: { accepted: 1, outcomes: 2, unlabelled: 1, samples: [2] },
  },
  {
    what: "a line of which all are is skipped",
    lines: [{ m: "m", p: [1, 2] }],
    counts: { skipped: { unlabelled: 1 }, unlabelled: 2 },
  },
  {
    what: "an element without a prediction rejects the line",
    lines: [{ m: "m", p: [1, null], t: [1, 2] }],
    counts: { rejected: { missing_field: 1 } },
  },
  {
    what: "the last of its elements rejects the line",
    lines: [{ m: "m", p: [1, 2, {}], t: [1, 2, 3] }],
    counts: { rejected: { wrong_type: 1 } },
  },
  {
    what: "arrays of unequal lengths reject the line",
    lines: [{ m: "m", p: [1, 2], t: [1, 2, 3] }],
    counts: { rejected: { wrong_type: 1 } },
  },
  {
    what: "a line has a time when one of its elements has",
    lines: [
      { m: "m", p: [1, 2], t: [1, 2], ts: [now, null] },
      { m: "m", p: [1], t: [1] },
    ],
    counts: { accepted: 2, outcomes: 3, untimed: 1, samples: [3] },
  },
  {
    what: "each late element is a late outcome",
    lines: [{ m: "m", p: [1, 2], t: [1, 2], ts: [now - 7_200_000, now - 7_200_000] }],
    counts: { accepted: 1, outcomes: 2, late: 2, samples: [2] },
  },
])("of a batch $what", ({ lines, counts }) => {
  expect(countsOf(...lines)).toEqual({ ...none, read: lines.length, ...counts });
});
