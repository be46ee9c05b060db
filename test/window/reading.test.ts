import { expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import type { WindowOptions } from "../../src/window/options.ts";
import type { Reading } from "../../src/window/reading.ts";
import { Tags, type TagSnapshot } from "../../src/window/tags.ts";

const minute = 60_000;
const begin = 1_700_000_000_000;
const options: WindowOptions = {
  tagLabels: ["model"],
  models: new Map(),
  windows: [
    { kind: "time", label: "5m", ms: 5 * minute, panes: 5 },
    { kind: "time", label: "10m_older_5m", ms: 10 * minute, panes: 5, olderMs: 5 * minute },
    { kind: "last", label: "last_4", size: 4 },
  ],
  limits: { maxTags: 3, maxClasses: 3, futureToleranceMs: 2 * minute, tagIdleMs: 8 * minute },
  join: { models: new Map([["*", { maturityMs: minute }]]) },
};

/** What a snapshot says, read out of it once. */
const figures = (snapshots: readonly TagSnapshot[]): unknown[] =>
  snapshots.map(({ labels, outcomes, latest, latestPrediction, windows, traffic }) => ({
    labels,
    outcomes,
    latest,
    latestPrediction,
    windows: windows.map(({ window, confusion }) => [window.label, confusion.classes, [...confusion.counts]]),
    traffic: traffic && [[...traffic.windows], traffic.ages],
  }));

type Step = (tags: Tags, now: number) => void;

const model = fc.constantFrom("m", "n", "o").map((name) => [name]);
const aClass = fc.constantFrom("a", "b", "c", "d", "e");
const age = fc.integer({ min: -3, max: 16 }).map((minutes) => minutes * minute);
const counting: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(model, aClass, aClass, age).map(([labels, actual, predicted, ago]): Step => (tags, now) => {
    tags.add(labels, actual, predicted, now - ago, now, undefined, 1, 1);
  }),
  fc.tuple(model, aClass, age).map(([labels, predicted, ago]): Step => (tags, now) => {
    if (tags.predict(labels, now - ago, now)) tags.traffic(labels, predicted, now - ago, now);
  }),
  fc.tuple(model, aClass, age).map(([labels, predicted, ago]): Step => (tags, now) => {
    tags.labelled(labels, predicted, now - ago, now);
  }),
  fc.tuple(model, aClass, aClass, aClass, age).map(([labels, from, to, predicted, ago]): Step => (tags, now) => {
    tags.mend(labels, from, to, predicted, now - ago, now, 1, 1);
  }),
  fc.constant<Step>((tags, now) => tags.evictIdle(now)),
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("count" as const), act: counting }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("begin" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look" as const), at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const) }) },
);

test("readings say what the tags were at their instant, whatever is counted, slides, folds or goes meanwhile, and whoever reads too", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const tags = new Tags(options, new ClassMonitor());
      // The same outcomes, of which nobody reads but at the instants.
      const twin = new Tags(options, new ClassMonitor());
      const open: { readonly reading: Reading; readonly wanted: unknown[] }[] = [];
      let now = begin;
      for (const one of steps) {
        if (one.kind === "count") for (const each of [tags, twin]) one.act(each, now);
        if (one.kind === "pass") now += one.seconds * 1000;
        if (one.kind === "begin") open.push({ reading: tags.read(now), wanted: figures(twin.snapshot(now)) });
        if (one.kind === "look") {
          const { reading, wanted } = open[one.at % Math.max(1, open.length)] ?? {};
          const [at, snapshot] = [...(reading?.snapshots.entries() ?? [])][one.at % 3] ?? [];
          if (at !== undefined && snapshot !== undefined) expect(figures([snapshot])).toEqual([wanted?.[at]]);
        }
        if (one.kind === "end") open.shift()?.reading.close();
      }
      for (const { reading, wanted } of open) expect(figures(reading.snapshots)).toEqual(wanted);
    }),
    { numRuns: 400 },
  );
});
