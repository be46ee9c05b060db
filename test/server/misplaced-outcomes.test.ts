import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { parseConfig } from "../../src/config/parse.ts";
import { LineStats } from "../../src/decode/line-stats.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { MisplacedOutcomes } from "../../src/server/misplaced-outcomes.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";

const now = Date.parse("2026-01-31T12:00:00Z");
const minute = 60_000;

/** What is said after each look, a minute apart: the times that came before it, relative to now (ms). */
function saidAt(looks: readonly (readonly number[])[], limits: object = {}, asBatches = false): readonly unknown[][] {
  const said: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => said.push(JSON.parse(line)) });
  const fields = { model: "[].model", predicted: "[].prediction", actual: "[].label", time: "[].ts" };
  const source = { name: "logs", files: ["a.log"], ...(asBatches && { fields }) };
  const config = parseConfig({ sources: [source], limits }, "/etc/config.json", {});
  const lines = new LineStats();
  const timeline = { refresh: () => undefined, observe: () => undefined, now, steady: now, behindMs: 0 };
  const pipeline = new Pipeline(config, timeline, lines, new ClassMonitor());
  const outcomes = new MisplacedOutcomes(config, lines, log);
  const reader = pipeline.open({ source: "logs", path: "a.log", firstLine: undefined }, undefined);
  let model = 0;
  return looks.map((times, at) => {
    const events = times.map((time) => ({ model: `m${model++ % 3}`, prediction: 1, label: 1, ts: now + time }));
    for (const each of asBatches ? [events] : events) {
      const line = Buffer.from(JSON.stringify(each));
      reader.read(line, 0, line.length);
    }
    outcomes.check(at * minute);
    return said.splice(0);
  });
}

const late = Array<number>(10).fill(-10 * minute);

test.each([
  { what: "all of its outcomes are late for five minutes", looks: [late, late, [], late, late, late], at: 5 },
  {
    what: "one outcome in time began the five minutes anew",
    looks: [late, [-1000], late, [], [], [], late, late],
    at: 7,
  },
])("a source is named once when $what", ({ looks, at }) => {
  const said = saidAt([...looks, late, late]);
  expect(said.map((each) => each.length)).toEqual([...looks, late, late].map((_times, look) => (look === at ? 1 : 0)));
  expect(said[at]).toMatchObject([
    { source: "logs", msg: expect.stringContaining("too old for at least one time window") },
  ]);
});

test.each([
  { what: "some of its outcomes are late", looks: Array.from({ length: 20 }, () => [...late, 0]) },
  { what: "few of its outcomes are late", looks: [late, [], [], [], [], [], [], []] },
  { what: "its outcomes are from the tolerated future", looks: [[minute], [minute]] },
])("a source is not named when $what", ({ looks }) => {
  expect(saidAt(looks).flat()).toEqual([]);
});

test("a source is named at once, and once, when an outcome is from further in the future than is tolerated", () => {
  const [first, ...others] = saidAt([[0, 2 * minute], [2 * minute], []]);
  expect(first).toMatchObject([{ source: "logs", outcomes: 1, msg: expect.stringContaining("futureTolerance") }]);
  expect(others.flat()).toEqual([]);
});

test("tags that are dropped are told once", () => {
  const [none, first, ...others] = saidAt([[0], [0, 0], [0]], { maxTags: 2 });
  expect(none).toEqual([]);
  expect(first).toMatchObject([{ maxTags: 2, msg: expect.stringContaining("are not counted") }]);
  expect(others.flat()).toEqual([]);
});

test("outcomes of batches are compared with outcomes, not with lines", () => {
  const batches = Array.from({ length: 20 }, () => [...late.map((time) => time), ...Array<number>(11).fill(0)]);
  expect(saidAt(batches, {}, true).flat()).toEqual([]);
  expect(
    saidAt(
      Array.from({ length: 8 }, () => late),
      {},
      true,
    ).flat(),
  ).toHaveLength(1);
});
