import { describe, expect, test } from "@jest/globals";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { mergeSlices } from "../../src/window/history.ts";
import type { WindowOptions } from "../../src/window/options.ts";
import { Tags } from "../../src/window/tags.ts";

const minute = 60_000;
const now = 1_700_000_000_000 - (1_700_000_000_000 % minute);
const options: WindowOptions = {
  tagLabels: ["model"],
  models: new Map(),
  windows: [
    { kind: "time", label: "10m", ms: 10 * minute, panes: 10 },
    { kind: "time", label: "10m_older_5m", ms: 10 * minute, panes: 10, olderMs: 5 * minute },
    { kind: "last", label: "last_3", size: 3 },
  ],
  limits: { maxTags: 9, maxClasses: 2, futureToleranceMs: 2 * minute, tagIdleMs: 60 * minute },
};

/** Tags whose model `m` had so many outcomes, of which so many were correct, in each of the past minutes. */
function tagsWith(minutes: readonly (readonly [ago: number, samples: number, correct: number])[]): Tags {
  const tags = new Tags(options, new ClassMonitor());
  for (const [ago, samples, correct] of minutes) {
    for (let at = 0; at < samples; at++) tags.add(["m"], "a", at < correct ? "a" : "b", now - ago * minute, now);
  }
  return tags;
}

/** The history of a window as `minutes ago: correct of samples`. */
function shown(tags: Tags, window = "10m"): readonly string[] {
  const slices = tags.views(now)[0]?.history(window) ?? [];
  return slices.map(({ from, to, samples, correct }) => {
    return `${(now - from) / minute}..${(now - to) / minute}: ${correct} of ${samples}`;
  });
}

describe("the history of a time window", () => {
  test("the history has a slice for each pane that has 20 outcomes, oldest first", () => {
    expect(
      shown(
        tagsWith([
          [0, 30, 3],
          [1, 20, 20],
          [9, 25, 24],
        ]),
      ),
    ).toEqual(["10..8: 24 of 25", "8..0: 20 of 20", "0..-1: 3 of 30"]);
  });

  test("slices of fewer outcomes are merged with later ones, and the last with the one before it", () => {
    expect(
      shown(
        tagsWith([
          [8, 9, 1],
          [7, 9, 2],
          [4, 9, 3],
          [1, 5, 4],
        ]),
      ),
    ).toEqual(["10..-1: 10 of 32"]);
  });

  test("few outcomes are one slice, and none are no slice", () => {
    expect(shown(tagsWith([[3, 2, 1]]))).toEqual(["10..-1: 1 of 2"]);
    expect(shown(tagsWith([[20, 2, 1]]))).toEqual([]);
  });

  test("outcomes of the tolerated future are in the last slice", () => {
    expect(
      shown(
        tagsWith([
          [5, 20, 20],
          [-2, 20, 10],
        ]),
      ),
    ).toEqual(["10..4: 20 of 20", "4..-3: 10 of 20"]);
  });

  test("the history of a matured window ends where its outcomes are old enough", () => {
    const tags = tagsWith([
      [2, 20, 2],
      [4, 20, 4],
      [6, 20, 6],
      [15, 20, 15],
      [16, 20, 16],
    ]);
    expect(shown(tags, "10m_older_5m")).toEqual(["15..14: 15 of 20", "14..5: 6 of 20"]);
  });

  test("folded classes are right or wrong as in the log", () => {
    const tags = new Tags(options, new ClassMonitor());
    for (const [actual, predicted] of [
      ["a", "b"],
      ["c", "c"],
      ["c", "d"],
      ["d", "a"],
    ] as const) {
      tags.add(["m"], actual, predicted, now, now);
    }
    expect(shown(tags)).toEqual(["10..-1: 1 of 4"]);
  });

  test("a window of the last outcomes has no history, and nor has one that is not there", () => {
    expect(shown(tagsWith([[1, 30, 3]]), "last_3")).toEqual([]);
    expect(shown(tagsWith([[1, 30, 3]]), "1h")).toEqual([]);
  });

  test("a history has 60 slices at most, however many panes there are", () => {
    const panes = Array.from({ length: 3600 }, (_, at) => ({ from: at, to: at + 1, samples: 50, correct: 40 }));
    const slices = mergeSlices(panes);
    expect(slices).toHaveLength(60);
    expect(slices.reduce((sum, { samples }) => sum + samples, 0)).toBe(180_000);
  });
});

describe("a tag that was removed", () => {
  test("a tag that was removed is remembered with its latest outcome and when it was removed", () => {
    const tags = tagsWith([[3, 1, 1]]);
    const later = now + 61 * minute;
    tags.evictIdle(later);
    expect(tags.forgotten.removed(later)).toEqual([
      { labels: [{ name: "model", value: "m" }], latest: now - 3 * minute, removed: later },
    ]);
  });

  test("the thousand tags that were removed last are remembered", () => {
    const many = { ...options, limits: { ...options.limits, maxTags: 2000 } };
    const tags = new Tags(many, new ClassMonitor());
    for (let at = 0; at < 1200; at++) tags.add([`m${at}`], "a", "a", now, now);
    tags.evictIdle(now + 61 * minute);
    const names = tags.forgotten.removed(now).map(({ labels }) => labels[0]?.value);
    expect([names.length, names[0], names.at(-1)]).toEqual([1000, "m200", "m1199"]);
  });
});
