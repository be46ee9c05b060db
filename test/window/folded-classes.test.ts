import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { EntryKey, JsonValue } from "../../src/serializable.ts";
import { classWarningText } from "../../src/exposition/class-warnings.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import type { ConfusionMatrix } from "../../src/window/confusion-matrix.ts";
import type { ModelClasses, WindowOptions } from "../../src/window/options.ts";
import { Tags } from "../../src/window/tags.ts";
import { averagedMetrics, classMetrics, windowMetrics } from "../../src/quality/metrics.ts";
import { figuresOf } from "../quality/figures.ts";
import { show } from "./matrix-text.ts";

const minute = 60_000;
const begin = 1_700_000_000_000;

function optionsOf(maxClasses: number, model: Partial<ModelClasses> = {}): WindowOptions {
  return {
    tagLabels: ["model"],
    models: new Map([["m", { classes: undefined, spellings: new Map(), objectives: [], ...model }]]),
    windows: [
      { kind: "time", label: "5m", ms: 5 * minute, panes: 5 },
      { kind: "time", label: "30m", ms: 30 * minute, panes: 30 },
      { kind: "last", label: "last_20", size: 20 },
    ],
    limits: { maxTags: 3, maxClasses, futureToleranceMs: minute, tagIdleMs: 10_000 * minute },
  };
}

const make = (options: WindowOptions): Tags => new Tags(options, new ClassMonitor());
const asItIs = (name: string): string => name;

/** What a store holds of tags, by key. */
class Saved {
  readonly entries = new Map<string, readonly [EntryKey, JsonValue]>();

  take(tags: Tags): this {
    for (const { key, value } of tags.changes()) {
      if (value === undefined) this.entries.delete(JSON.stringify(key));
      else this.entries.set(JSON.stringify(key), [key, JSON.parse(JSON.stringify(value)) as JsonValue]);
    }
    return this;
  }

  give(options: WindowOptions): { tags: Tags; resetWindows: readonly (readonly string[])[] } {
    const tags = make(options);
    const { resetWindows } = tags.restore(this.entries.values(), asItIs);
    return { tags, resetWindows: resetWindows.map(({ windows }) => windows) };
  }
}

interface Step {
  readonly actual: string;
  readonly predicted: string;
  /** How far the clock goes on before it (ms). */
  readonly wait: number;
  /** The outcome's time, relative to now (ms). */
  readonly offset: number;
  /** A restart before it, with this limit and these declared classes; undefined for none. */
  readonly restart: { readonly maxClasses: number; readonly classes: readonly string[] | undefined } | undefined;
  /** A correction after it, of an outcome so many before this one; undefined for none. */
  readonly correction: { readonly back: number; readonly actual: string } | undefined;
}

interface Outcome {
  readonly actual: string;
  readonly predicted: string;
  readonly time: number;
}

/** Classes come and go: which ones are about changes with time. */
const names = ["a", "b", "c", "d", "e", "f", "g", "h", "__other__", "__wrong__", "__proto__"];
const limits = fc.integer({ min: 2, max: 6 });
const restarts = fc.record({
  maxClasses: limits,
  classes: fc.option(fc.subarray(["a", "c", "f", "h"], { minLength: 1, maxLength: 2 }), { nil: undefined }),
});
const steps = fc
  .array(
    fc.record({
      about: fc.integer({ min: 0, max: names.length - 1 }),
      nextTo: fc.integer({ min: 0, max: 3 }),
      isHit: fc.boolean(),
      wait: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 * minute }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * minute }) },
      ),
      offset: fc.oneof(fc.constant(0), fc.integer({ min: -10 * minute, max: minute })),
      restart: fc.option(restarts, { nil: undefined, freq: 12 }),
      correction: fc.option(
        fc.record({ back: fc.integer({ min: 0, max: 8 }), actual: fc.constantFrom(...names.slice(0, 8)) }),
        { nil: undefined, freq: 4 },
      ),
    }),
    { maxLength: 250 },
  )
  .map((drawn) =>
    drawn.map(({ about, nextTo, isHit, ...step }, index): Step => {
      const actual = names[(about + Math.floor(index / 40)) % names.length] ?? "";
      const other = names[(about + nextTo) % names.length] ?? "";
      return { ...step, actual, predicted: isHit ? actual : other };
    }),
  );

/** What is wrong with a window's matrix, by the outcomes that it should hold with the classes that the log had. */
function faults(label: string, confusion: ConfusionMatrix, held: readonly Outcome[]): string[] {
  const found: string[] = [];
  const same = (what: string, got: unknown, wanted: unknown): void => {
    if (got !== wanted) found.push(`${label}: ${what} is ${String(got)}, not ${String(wanted)}`);
  };
  const quality = figuresOf(confusion);
  const isKept = (name: string): boolean =>
    confusion.classes.some((one, index) => one === name && !confusion.folded.includes(index));
  const share = (part: number): number | null => (held.length === 0 ? null : part / held.length);
  same("samples", quality.samples, held.length);
  same("accuracy", quality.accuracy, share(held.filter(({ actual, predicted }) => actual === predicted).length));
  same("micro F1", quality.averages.micro.f1, quality.accuracy);
  const overflow = held.filter(({ actual, predicted }) => !isKept(actual) || !isKept(predicted)).length;
  same("overflow", quality.overflow, overflow);
  for (const { class: name, truePositive, predicted, actual, ...ratios } of quality.perClass) {
    if (!isKept(name)) {
      same(`ratios of ${name}`, classMetrics.map(({ word }) => ratios[word]).join(""), "");
      continue;
    }
    same(`TP of ${name}`, truePositive, held.filter((one) => one.actual === name && one.predicted === name).length);
    same(`predicted ${name}`, predicted, held.filter((one) => one.predicted === name).length);
    same(`actual ${name}`, actual, held.filter((one) => one.actual === name).length);
  }
  const apart = [
    ...windowMetrics.flatMap(({ word, needsEveryClass }) => (needsEveryClass ? [quality[word]] : [])),
    ...averagedMetrics.flatMap(({ word }) => [quality.averages.macro[word], quality.averages.weighted[word]]),
  ];
  if (overflow > 0) same("what needs all classes apart", apart.join(""), "");
  else same("classes", quality.perClass.length, new Set(held.flatMap((one) => [one.actual, one.predicted])).size);
  return found;
}

describe("outcomes of classes past maxClasses", () => {
  test("outcomes of classes past maxClasses leave every figure that is shown exact, whatever comes, goes, is corrected, declared or limited otherwise", () => {
    fc.assert(
      fc.property(limits, steps, (maxClasses, stream) => {
        let options = optionsOf(maxClasses);
        let tags = make(options);
        const saved = new Saved();
        const counted: Outcome[] = [];
        let now = begin;
        for (const { actual, predicted, wait, offset, restart, correction } of stream) {
          now += wait;
          if (restart !== undefined) {
            saved.take(tags);
            options = optionsOf(restart.maxClasses, { classes: restart.classes });
            const again = saved.give(options);
            expect(again.resetWindows).toEqual([]);
            tags = again.tags;
          }
          counted.push({ actual, predicted, time: now + offset });
          tags.add(["m"], actual, predicted, now + offset, now, undefined, counted.length);
          const place = counted.length - 1 - (correction?.back ?? Number.NaN);
          const corrected = counted[place];
          if (correction !== undefined && corrected !== undefined) {
            const { actual: from, predicted: taken, time } = corrected;
            tags.mend(["m"], from, correction.actual, taken, time, now, place + 1, 0);
            counted[place] = { ...corrected, actual: correction.actual };
          }
          const [tag] = tags.snapshot(now);
          for (const { window, confusion } of tag?.windows ?? []) {
            if (window.kind === "last") {
              expect(faults(window.label, confusion, counted.slice(-window.size))).toEqual([]);
              continue;
            }
            // An outcome that was too late for a window when it came is in none of its panes later.
            const pane = window.ms / window.panes;
            const start = (Math.floor(now / pane) - window.panes) * pane;
            const held = counted.filter(({ time }) => Math.floor(time / pane) * pane >= start);
            expect(faults(window.label, confusion, held)).toEqual([]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    { what: "a hit", actual: "x", predicted: "x", cell: "__other__>__other__ 1" },
    { what: "a miss of two folded classes", actual: "x", predicted: "y", cell: "__other__>__wrong__ 1" },
    { what: "a folded class taken for a kept one", actual: "x", predicted: "b", cell: "__other__>b 1" },
    { what: "a kept class taken for a folded one", actual: "b", predicted: "x", cell: "b>__other__ 1" },
    { what: "a class that bears the name", actual: "__other__", predicted: "__other__", cell: "__other__>__other__ 1" },
    { what: "two that bear the names", actual: "__other__", predicted: "__wrong__", cell: "__other__>__wrong__ 1" },
    { what: "a name taken for a folded class", actual: "__wrong__", predicted: "x", cell: "__other__>__wrong__ 1" },
  ])("outcomes of classes past maxClasses have a cell of their own: $what", ({ actual, predicted, cell }) => {
    const tags = make(optionsOf(2));
    tags.add(["m"], "a", "b", begin, begin);
    tags.add(["m"], actual, predicted, begin, begin);
    expect(show(tags, begin)[0]).toBe(`5m: ${[cell, "a>b 1"].sort().join(", ")}`);
  });

  test("outcomes of classes past maxClasses never displace classes that are declared, or that an objective names", () => {
    for (const model of [{ classes: ["cat", "dog"] }, { objectives: [{ class: "cat" }, { class: "dog" }] }]) {
      const tags = make(optionsOf(3, model));
      for (const name of ["junk1", "junk2", "junk3"]) tags.add(["m"], name, name, begin, begin);
      tags.add(["m"], "cat", "dog", begin, begin);
      expect(show(tags, begin)[0]).toBe("5m: __other__>__other__ 2, cat>dog 1, junk1>junk1 1");
    }
  });

  test("outcomes of classes past maxClasses are tracked when others have given way, and are shown once their folded outcomes have left a window", () => {
    const tags = make(optionsOf(2));
    tags.add(["m"], "a", "b", begin + 15 * minute, begin + 15 * minute);
    tags.add(["m"], "late", "a", begin + 20 * minute, begin + 20 * minute);
    for (let at = 40; at < 50; at++) {
      const now = begin + at * minute;
      for (let count = 0; count < 5; count++) tags.add(["m"], "late", "late", now, now);
      if (at > 45) tags.add(["m"], "a", "never", now, now);
    }
    expect(show(tags, begin + 50 * minute)).toEqual([
      "5m: a>__other__ 4, late>late 25",
      "30m: __other__>__other__ 50, __other__>a 1, a>__other__ 4",
      "last_20: a>__other__ 4, late>late 16",
    ]);
    expect(show(tags, begin + 75 * minute)[1]).toBe("30m: a>__other__ 4, late>late 25");
  });

  test("outcomes of classes past maxClasses include classes past a lowered limit, after a reload", () => {
    const before = make(optionsOf(5));
    for (const name of ["a", "b", "c", "d"]) before.add(["m"], name, name === "c" ? "d" : name, begin, begin);
    const { tags } = new Saved().take(before).give(optionsOf(2, { classes: ["d"] }));
    expect(show(tags, begin)[0]).toBe("5m: __other__>__other__ 1, __other__>d 1, a>a 1, d>d 1");
  });

  test("outcomes of classes past maxClasses do not make what is kept of a tag grow, however its classes change", () => {
    const options = optionsOf(4);
    const tags = make({ ...options, windows: options.windows.slice(1, 2) });
    const saved = new Saved();
    let most = 0;
    for (let at = 0; at < 500; at++) {
      const now = begin + at * 61_000;
      // Classes that leave the window at once make room for others every minute, and outcomes folded in between stay.
      for (let seat = 0; seat < 4; seat++) tags.add(["m"], `${at}.${seat}`, `${at}.${seat}`, now - 29.5 * minute, now);
      tags.add(["m"], "folded", "folded", now, now);
      const [, value] = saved.take(tags).entries.get('["tag",0]') ?? [];
      most = Math.max(most, JSON.stringify(value).length);
    }
    expect(most).toBeLessThan(500);
  });
});

describe("the seat of an undeclared class", () => {
  /** Adds hits of classes, so many minutes after the beginning. */
  const hits = (tags: Tags, at: number, ...classes: readonly string[]): void => {
    for (const name of classes) tags.add(["m"], name, name, begin + at * minute, begin + at * minute);
  };
  const at = (tags: Tags, minutes: number): string | undefined => show(tags, begin + minutes * minute)[1];

  test.each([
    {
      what: "is kept while it was idle for less than ten minutes",
      minutes: 9.9,
      shown: "__other__>__other__ 1, a>a 2, b>b 1",
    },
    {
      what: "is given to a new one once it was idle for ten minutes",
      minutes: 10,
      shown: "__other__>__other__ 2, b>b 1, new>new 1",
    },
  ])("the seat of an undeclared class $what", ({ minutes, shown }) => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "a");
    hits(tags, 5, "b");
    hits(tags, minutes, "new");
    expect(at(tags, minutes)).toBe(`30m: ${shown}`);
  });

  test("the seat of an undeclared class that is given up first is that with the fewest outcomes in the windows", () => {
    const tags = make(optionsOf(3));
    hits(tags, 0, "many", "many", "few", "some", "some", "some");
    tags.add(["m"], "many", "some", begin, begin);
    hits(tags, 12, "new");
    expect(at(tags, 12)).toBe("30m: __other__>__other__ 1, many>many 2, many>some 1, new>new 1, some>some 3");
    hits(tags, 13, "newer");
    expect(at(tags, 13)).toBe("30m: __other__>__other__ 3, __other__>some 1, new>new 1, newer>newer 1, some>some 3");
  });

  test("the seat of an undeclared class is not given to the other class of its own outcome", () => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "b", "b");
    tags.add(["m"], "a", "new", begin + 20 * minute, begin + 20 * minute);
    expect(at(tags, 20)).toBe("30m: __other__>__other__ 2, a>a 1, a>new 1");
  });

  test.each([
    { what: "is declared", model: { classes: ["cat"] } },
    { what: "an objective names", model: { objectives: [{ class: "cat" }] } },
  ])("the seat of a class that $what is never given up", ({ model }) => {
    const tags = make(optionsOf(2, model));
    hits(tags, 0, "cat", "dog", "dog");
    hits(tags, 20, "new", "newer");
    expect(at(tags, 20)).toBe("30m: __other__>__other__ 3, cat>cat 1, new>new 1");
  });

  test("the seats of two undeclared classes leave their outcomes right or wrong as they were", () => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a");
    tags.add(["m"], "a", "b", begin, begin);
    hits(tags, 11, "new", "newer");
    expect(at(tags, 11)).toBe("30m: __other__>__other__ 1, __other__>__wrong__ 1, new>new 1, newer>newer 1");
  });

  test("the seat of an undeclared class is known to be idle though others have left all windows meanwhile", () => {
    const options = optionsOf(3);
    const tags = make({ ...options, windows: options.windows.slice(1, 2) });
    tags.add(["m"], "gone", "gone", begin - 25 * minute, begin);
    hits(tags, 0, "a", "b", "b");
    hits(tags, 7, "new");
    hits(tags, 10, "newer");
    expect(show(tags, begin + 10 * minute)).toEqual(["30m: __other__>__other__ 1, b>b 2, new>new 1, newer>newer 1"]);
  });

  test("the seat of an undeclared class is had again with all its outcomes, where none was folded meanwhile", () => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "b", "b");
    hits(tags, 11, "new");
    expect(at(tags, 11)).toBe("30m: __other__>__other__ 1, b>b 2, new>new 1");
    hits(tags, 12, "a");
    expect(at(tags, 12)).toBe("30m: __other__>__other__ 2, a>a 2, new>new 1");
  });

  test("a class that has its seat again stays folded while a window holds folded outcomes of it, and then has all that is left", () => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "b", "b");
    hits(tags, 11, "new");
    hits(tags, 20, "b");
    // Folded, since nobody is idle; it leaves the window before what was counted of the class when it had its seat.
    tags.add(["m"], "a", "a", begin - 5 * minute, begin + 20.5 * minute);
    hits(tags, 21, "a");
    expect(at(tags, 21)).toBe("30m: __other__>__other__ 4, b>b 3");
    expect(at(tags, 26)).toBe("30m: __other__>__other__ 1, a>a 2, b>b 3");
  });

  test("the seat of an undeclared class is not given up for ten minutes after a restart, and what was given up stays so", () => {
    const before = make(optionsOf(2));
    hits(before, 0, "a", "b", "b");
    hits(before, 11, "new");
    const { tags } = new Saved().take(before).give(optionsOf(2));
    expect(at(tags, 11)).toBe("30m: __other__>__other__ 1, b>b 2, new>new 1");
    hits(tags, 12, "newer");
    expect(at(tags, 12)).toBe("30m: __other__>__other__ 2, b>b 2, new>new 1");
    hits(tags, 22, "newest");
    expect(show(tags, begin + 22 * minute).slice(0, 2)).toEqual([
      "5m: newest>newest 1",
      "30m: __other__>__other__ 4, b>b 2",
    ]);
  });

  test("what was counted of a class that gave up its seat stays folded over a restart with a lower limit", () => {
    const before = make(optionsOf(3));
    hits(before, 0, "a", "b", "c");
    hits(before, 11, "x", "y", "z");
    hits(before, 12, "c", "c", "b", "b", "b");
    const saved = new Saved().take(before);
    for (const [limit, shown] of [
      [2, "__other__>__other__ 9, x>x 1, y>y 1"],
      [1, "__other__>__other__ 10, x>x 1"],
    ] as const) {
      const { tags } = saved.give(optionsOf(limit));
      expect(at(tags, 12)).toBe(`30m: ${shown}`);
    }
  });

  test.each([
    { what: "a class that gave up its seat", from: "a", at: 0, shown: "b>__other__ 1, b>b 2, new>new 1" },
    {
      what: "a class that never had one",
      from: "late",
      at: 5,
      shown: "a>a 1, b>__other__ 1, b>b 2",
    },
  ])("an outcome is mended where it was counted: that of $what", ({ from, at: minutes, shown }) => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "b", "b");
    if (from === "late") hits(tags, minutes, from);
    else hits(tags, 11, "new");
    const now = begin + 12 * minute;
    expect(tags.mend(["m"], from, "b", from, begin + minutes * minute, now, 0, 0)).toBe(true);
    expect(at(tags, 12)).toBe(`30m: ${shown}`);
  });

  test.each([
    { what: "a miss", actual: "late", predicted: "later", cell: "b>__other__ 1" },
    { what: "a hit", actual: "late", predicted: "late", cell: "b>__other__ 1" },
    { what: "of a class that has a seat", actual: "late", predicted: "a", cell: "b>a 1" },
  ])("an outcome of a class without a seat is mended: $what", ({ actual, predicted, cell }) => {
    const tags = make(optionsOf(2));
    hits(tags, 0, "a", "b");
    for (const [one, other] of [
      [actual, predicted],
      ["x", "x"],
      ["x", "y"],
    ] as const)
      tags.add(["m"], one, other, begin, begin);
    expect(tags.mend(["m"], actual, "b", predicted, begin, begin, 0, 0)).toBe(true);
    const rest = "__other__>__other__ 1, __other__>__wrong__ 1, a>a 1";
    expect(at(tags, 0)).toBe(`30m: ${[...rest.split(", "), cell, "b>b 1"].sort().join(", ")}`);
  });

  test("a hit that was folded is corrected as a hit, though its class has taken a seat since, and missed in the same pane", () => {
    const tags = make(optionsOf(2));
    hits(tags, 0.2, "a");
    hits(tags, 5, "b");
    hits(tags, 10.1, "late");
    tags.add(["m"], "late", "x", begin + 10.3 * minute, begin + 10.3 * minute);
    const [time, now] = [begin + 10.1 * minute, begin + 10.4 * minute];
    expect(tags.mend(["m"], "late", "b", "late", time, now, 0, 0)).toBe(true);
    expect(at(tags, 11)).toBe("30m: __other__>__other__ 1, b>b 1, b>late 1, late>__other__ 1");
  });

  test("a miss that a lower limit folds is corrected in all windows, also beside others that it folds alike", () => {
    const before = make(optionsOf(4));
    const at0 = [
      ["a", "a"],
      ["b", "b"],
      ["c", "d"],
    ] as const;
    for (const [index, [one, other]] of at0.entries())
      before.add(["m"], one, other, begin, begin, undefined, index + 1);
    before.add(["m"], "d", "c", begin + 5 * minute, begin + 5 * minute, undefined, 4);
    const { tags } = new Saved().take(before).give(optionsOf(2));
    expect(tags.mend(["m"], "c", "a", "d", begin, begin + 5 * minute, 3, 0)).toBe(true);
    const corrected = "__other__>__wrong__ 1, a>__other__ 1, a>a 1, b>b 1";
    expect(show(tags, begin + 5 * minute).slice(1)).toEqual([`30m: ${corrected}`, `last_20: ${corrected}`]);
  });

  test("classes that gave up their seats are no more than have one, whoever comes", () => {
    const tags = make(optionsOf(4));
    for (let round = 0; round < 3; round++) {
      hits(tags, 11 * round, ...["a", "b", "c", "d"].map((name) => `${name}${round}`));
    }
    const saved = new Saved().take(tags).entries.get('["tag",0]');
    expect(saved?.[1]).toMatchObject({ left: [0, 1, 2, 3] });
    expect(at(tags, 22)).toBe("30m: __other__>__other__ 8, a1>a1 1, b1>b1 1, c1>c1 1, d1>d1 1");
  });

  test("what is kept of a tag does not grow with the classes that take turns in giving up their seats", () => {
    const options = optionsOf(20);
    const windows = [{ kind: "time", label: "24h", ms: 1440 * minute, panes: 24 }] as const;
    const tags = make({ ...options, windows });
    const busy = Array.from({ length: 19 }, (_class, index) => `busy ${index}`);
    for (let round = 0; round < 100; round++) hits(tags, 11 * round, ...busy, `${round}`, `${round} folded`);
    const [, value] = new Saved().take(tags).entries.get('["tag",0]') ?? [];
    const taken = ["0", "1", "2", "3"].flatMap((name) => [name, "__other__"]);
    expect(value).toMatchObject({ classes: [...busy, ...taken] });
  });

  test("an undeclared class that gives up its seat makes the overflow known", () => {
    const watch = new ClassMonitor();
    const tags = new Tags(optionsOf(2), watch);
    hits(tags, 0, "a", "b");
    hits(tags, 11, "c");
    expect(watch.takeWarnings()).toMatchObject([{ kind: "overflow" }]);
  });
});

describe("spellings of declared classes", () => {
  const spelt = {
    classes: ["fraud", "legit"],
    spellings: new Map([
      ["0", "legit"],
      ["negative", "legit"],
      ["1", "fraud"],
    ]),
  };

  test("spellings of declared classes count as the class that they mean, on both sides, without taking up the limit", () => {
    const tags = make(optionsOf(2, spelt));
    for (const [actual = "", predicted = ""] of [
      ["0", "legit"],
      ["negative", "1"],
      ["fraud", "1"],
    ]) {
      tags.add(["m"], actual, predicted, begin, begin);
    }
    expect(show(tags, begin)[0]).toBe("5m: fraud>fraud 1, legit>fraud 1, legit>legit 1");
  });

  test("spellings of declared classes that a new config gives are those of what was counted before, too", () => {
    const before = make(optionsOf(5));
    before.add(["m"], "0", "legit", begin, begin);
    before.add(["m"], "negative", "1", begin, begin);
    const { tags, resetWindows } = new Saved().take(before).give(optionsOf(5, spelt));
    expect(resetWindows).toEqual([]);
    expect(show(tags, begin)[0]).toBe("5m: legit>fraud 1, legit>legit 1");
  });

  test("spellings of declared classes that a new config gives begin those windows anew in which they may have been folded", () => {
    const before = make(optionsOf(2));
    before.add(["m"], "a", "b", begin, begin);
    before.add(["m"], "0", "negative", begin, begin);
    for (let at = 0; at < 20; at++) before.add(["m"], "a", "a", begin + 10 * minute, begin + 10 * minute);
    before.snapshot(begin + 10 * minute);
    const saved = new Saved().take(before);
    const { tags, resetWindows } = saved.give(optionsOf(5, spelt));
    expect(resetWindows).toEqual([["30m"]]);
    expect(show(tags, begin + 10 * minute)).toEqual(["5m: a>a 20", "30m: ", "last_20: a>a 20"]);
    const again = saved.take(tags).give(optionsOf(5, spelt));
    expect(again.resetWindows).toEqual([]);
    expect(again.tags.snapshot(begin + 10 * minute)).toEqual(tags.snapshot(begin + 10 * minute));
  });
});

describe("a tag that 0.1.0 wrote down", () => {
  const tagOf = (classes: readonly string[], cells: readonly number[]): readonly [EntryKey, JsonValue] => [
    ["tag", 0],
    { labels: { model: "m" }, classes, cells, outcomes: 9, lastCounted: begin },
  ];
  const last = (cells: readonly number[]): readonly (readonly [EntryKey, JsonValue])[] => [
    [["window", 0, "last_20", 0], cells],
    [["window", 0, "last_20", -1], cells.length],
  ];
  const give = (
    ...entries: readonly (readonly [EntryKey, JsonValue])[]
  ): { shown: string; resetWindows: readonly unknown[] } => {
    const tags = make(optionsOf(3));
    const { resetWindows } = tags.restore(entries, (name) => (name === "1.0" ? "1" : name));
    return { shown: show(tags, begin)[2] ?? "", resetWindows };
  };

  test("a tag saved by 0.1.0 is as it was", () => {
    const given = give(tagOf(["a", "b"], [0, 0, 0, 1, 1, 1]), ...last([0, 1, 1, 2]));
    expect(given).toEqual({ shown: "last_20: a>a 1, a>b 2, b>b 1", resetWindows: [] });
  });

  test("a tag saved by 0.1.0 has its classes as they are spelt today", () => {
    const given = give(tagOf(["1", "1.0", "0"], [0, 1, 1, 1, 2, 0]), ...last([0, 1, 2]));
    expect(given).toEqual({ shown: "last_20: 0>1 1, 1>1 2", resetWindows: [] });
  });

  test("a tag saved by 0.1.0 begins those windows anew that hold folded classes: which of them were right was not kept", () => {
    const given = give(tagOf(["a", "__other__"], [0, 0, 1, 1]), ...last([0, 1]));
    expect(given).toEqual({ shown: "last_20: ", resetWindows: [{ labels: ["m"], windows: ["last_20"] }] });
  });

  test("a tag saved by 0.1.0 keeps the windows that hold none, though its classes had been folded once", () => {
    const given = give(tagOf(["a", "__other__", "b"], [0, 0, 1, 1, 2, 0]), ...last([0, 2]));
    expect(given).toEqual({ shown: "last_20: a>a 1, b>a 1", resetWindows: [] });
  });
});

describe("what is noticed of classes", () => {
  test("a class warning names each undeclared class once, and no declared spelling; outcomes are counted", () => {
    const watch = new ClassMonitor();
    const models = { classes: ["a", "b"], spellings: new Map([["A", "a"]]), objectives: [] };
    const options = optionsOf(5, models);
    const tags = new Tags(options, watch);
    expect(watch.counts).toEqual({ m: { outcomes: 0, classes: [] } });
    for (const [actual, predicted] of [
      ["a", "b"],
      ["A", "x"],
      ["x", "y"],
      ["y", "y"],
    ] as const) {
      tags.add(["m"], actual, predicted, begin, begin);
      tags.add(["other model"], actual, predicted, begin, begin);
    }
    expect(watch.counts).toEqual({ m: { outcomes: 3, classes: ["x", "y"] } });
    expect(watch.takeWarnings()).toEqual(
      ["x", "y"].map((name) => ({ kind: "undeclared", model: "m", class: name, declared: ["a", "b"] })),
    );
    const reloaded = new Tags(options, watch);
    reloaded.add(["m"], "x", "x", begin, begin);
    expect([watch.counts["m"]?.outcomes, watch.takeWarnings()]).toEqual([4, []]);
  });

  test("class warnings name at most twenty classes of a model, and then tell that there are more", () => {
    const watch = new ClassMonitor();
    const tags = new Tags(optionsOf(3, { classes: ["a"] }), watch);
    for (let at = 0; at < 1000; at++) tags.add(["m"], "a", `x${at}`, begin, begin);
    const named = watch.takeWarnings().flatMap((news) => (news.kind === "undeclared" ? [news.class] : []));
    expect(named).toEqual([...Array.from({ length: 20 }, (_name, at) => `x${at}`), undefined]);
    expect(watch.counts["m"]).toMatchObject({ outcomes: 1000 });
  });

  test.each([
    { name: '{"predictions":[1]}', isPacked: true },
    { name: "[0.1, 0.9]", isPacked: true },
    { name: "0.93\n", isPacked: true },
    { name: "a]", isPacked: false },
    { name: " a{", isPacked: false },
    { name: "\na", isPacked: false },
  ])("a class warning tells once of each model that $name is suspicious: $isPacked", ({ name, isPacked }) => {
    const watch = new ClassMonitor();
    const tags = new Tags(optionsOf(10, {}), watch);
    for (const model of ["m", "n", "m", "m"]) tags.add([model], "a", name, begin, begin);
    tags.add(["m"], "[x]", "[y]", begin, begin);
    const warnings = watch.takeWarnings();
    const texts = warnings.map(classWarningText);
    const classes = isPacked ? ["m", "n"].map((model) => [model, name]) : [["m", "[x]"]];
    expect(texts).toEqual(
      classes.map(([model, shown]) => {
        const start = `model="${model ?? ""}": the class ${JSON.stringify(shown)} is suspicious`;
        return expect.stringContaining(start);
      }),
    );
  });

  test("a declared class that looks packed is none", () => {
    const watch = new ClassMonitor();
    const tags = new Tags(optionsOf(3, { classes: ["{}"] }), watch);
    tags.add(["m"], "{}", "{}", begin, begin);
    expect(watch.takeWarnings()).toEqual([]);
  });

  const labels = [{ name: "model", value: "m" }];
  test.each([
    {
      what: "no predicted class is ever a label",
      outcomes: [
        ["True", "1"],
        ["False", "0"],
      ],
      news: { kind: "disjoint", labels, actual: ["False", "True"], predicted: ["0", "1"] },
    },
    {
      what: "classes differ in case, blanks around them or the form of a letter alone",
      outcomes: [
        ["a", "a"],
        ["Fraud", "fraud "],
        ["caf\u00e9", "cafe\u0301"],
      ],
      news: {
        kind: "similar",
        labels,
        pairs: [
          ["cafe\u0301", "caf\u00e9"],
          ["Fraud", "fraud "],
        ],
      },
    },
    {
      what: "some are right",
      outcomes: [
        ["a", "b"],
        ["b", "b"],
        ["c", "a"],
      ],
      news: undefined,
    },
    { what: "the model declares its classes", outcomes: [["A", "a"]], news: undefined, model: { classes: ["A", "a"] } },
    {
      what: "most classes came once",
      outcomes: Array.from({ length: 20 }, (_, at) => [`a${at}`, `b${at}`]),
      news: undefined,
    },
  ] as const)(
    "a class warning tells once that classes may have two spellings: $what",
    ({ outcomes, news, ...rest }) => {
      const watch = new ClassMonitor();
      const tags = new Tags(optionsOf(100, "model" in rest ? rest.model : {}), watch);
      const add = (from: number, until: number): void => {
        for (let at = from; at < until; at++) {
          const [actual, predicted] = outcomes[at % outcomes.length] ?? ["", ""];
          tags.add(["m"], actual, predicted, begin, begin);
        }
      };
      add(0, 19);
      expect(watch.takeWarnings()).toEqual([]);
      add(19, 2000);
      expect(watch.takeWarnings()).toEqual(news === undefined ? [] : [news]);
    },
  );

  test("a class warning tells of the first overflow of a tag, with its classes", () => {
    const watch = new ClassMonitor();
    const tags = new Tags(optionsOf(2), watch);
    for (const name of ["1", "2", "3", "4"]) tags.add(["m"], name, "1", begin, begin);
    const labels = [{ name: "model", value: "m" }];
    expect(watch.takeWarnings()).toEqual([{ kind: "overflow", labels, classes: ["1", "2", "3", "1"] }]);
  });
});
