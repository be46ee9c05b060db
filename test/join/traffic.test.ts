import { describe, expect, test } from "@jest/globals";
import { allWindows, Bed, hour, minute, type BedOptions, type Half } from "./bed.ts";

const p = (id: string, predicted: string, at: number, more: Partial<Half> = {}): Half => ({
  id,
  predicted,
  at,
  ...more,
});
const l = (id: string, actual: string, at: number): Half => ({ id, actual, at });

/** A join whose predictions are due after twenty minutes. */
function makeBed(options: BedOptions = {}): Bed {
  return new Bed({ maturityMs: 20 * minute, windows: allWindows, ...options });
}

/** Predictions of a class in the window of an hour, as `predictions/due/labelled`, half an hour after the start. */
function hourOf(bed: Bed, predicted = "x", tag = "m v1"): string | undefined {
  bed.now = Math.max(bed.now, 30);
  return bed.traffic[tag]?.[`1h ${predicted}`];
}

describe("a prediction counts as traffic once, and as labelled once its label is there", () => {
  const cases: readonly { readonly what: string; readonly halves: readonly Half[]; readonly gives: string }[] = [
    { what: "that waits", halves: [p("a", "x", 0)], gives: "1/1/0" },
    { what: "with its label", halves: [p("a", "x", 0), l("a", "y", 3)], gives: "1/1/1" },
    { what: "whose label came first", halves: [l("a", "y", 0), p("a", "x", 0)], gives: "1/1/1" },
    { what: "on one line with its label", halves: [{ ...p("a", "x", 0), actual: "x" }], gives: "1/1/1" },
    { what: "that comes again", halves: [p("a", "x", 0), p("a", "x", 1), p("a", "y", 1)], gives: "1/1/0" },
    {
      what: "that comes again after its label",
      halves: [p("a", "x", 0), l("a", "x", 1), p("a", "x", 2)],
      gives: "1/1/1",
    },
    { what: "whose label comes again", halves: [p("a", "x", 0), l("a", "x", 1), l("a", "x", 2)], gives: "1/1/1" },
    { what: "whose label is corrected", halves: [p("a", "x", 0), l("a", "x", 1), l("a", "y", 2)], gives: "1/1/1" },
    { what: "whose label is too late", halves: [p("a", "x", 0), l("a", "x", 31)], gives: "1/1/0" },
    { what: "that is not due yet", halves: [p("a", "x", 20), l("a", "x", 21)], gives: "1/0/0" },
    { what: "dated a day ahead, as of now", halves: [p("a", "x", 0), p("b", "x", 0), l("b", "x", 0)], gives: "2/2/1" },
  ];
  test.each(cases)("a prediction $what gives $gives in an hour", ({ halves, gives }) => {
    expect(hourOf(makeBed().read(...halves))).toBe(gives);
    // Also when it was written down in between.
    const bed = makeBed();
    for (const half of halves) bed.read(half).restart();
    expect(hourOf(bed)).toBe(gives);
  });

  test("one label counts for each version that the id was predicted under, and for one that comes later", () => {
    const bed = makeBed().read(p("a", "x", 0), p("a", "x", 0, { version: "v2" }), l("a", "x", 1));
    bed.read(p("a", "x", 2, { version: "v3" }));
    expect(["m v1", "m v2", "m v3"].map((tag) => hourOf(bed, "x", tag))).toEqual(["1/1/1", "1/1/1", "1/1/1"]);
  });

  test("a prediction that was forgotten stays traffic without a label", () => {
    expect(
      hourOf(
        makeBed({ withinMs: 5 * minute, earlyMs: 0 })
          .read(p("a", "x", 0))
          .sweep(29),
      ),
    ).toBe("1/1/0");
  });

  test("no news is the label, once the time for it is over", () => {
    const bed = makeBed({ withinMs: 22 * minute, absent: "legit" }).read(p("a", "x", 0));
    expect([hourOf(bed.sweep(22)), hourOf(bed.sweep(33))]).toEqual(["1/1/0", "1/1/1"]);
    expect(hourOf(bed.read(l("a", "fraud", 34)))).toBe("1/1/1");
  });

  test("predictions of tags past the limit are none", () => {
    const bed = makeBed();
    for (let tag = 0; tag < 12; tag++) bed.read(p("a", "x", 0, { version: `v${tag}` }));
    expect(Object.keys(bed.traffic)).toHaveLength(10);
  });

  test("a prediction dated far ahead counts as of when it was read, and its label finds it there", () => {
    const bed = makeBed();
    bed.readAt(0, p("a", "x", 24 * 60)).readAt(7, l("a", "x", 24 * 60));
    expect([hourOf(bed), bed.labels]).toEqual(["1/1/1", { joined: 1 }]);
  });
});

describe("shares by class and age", () => {
  test("a class without predictions has none, and what is due leaves with its pane", () => {
    const bed = makeBed().read(p("a", "x", 0), l("a", "x", 1), p("b", "y", 2));
    bed.now = 64;
    expect([hourOf(bed), hourOf(bed, "y"), hourOf(bed, "z")]).toEqual(["1/1/1", "1/1/0", undefined]);
    bed.now = 65;
    expect(bed.traffic["m v1"]).toMatchObject({ "1h_older_10m x": "1/1/1", "1h": "2/1" });
    bed.now = 75;
    expect(bed.traffic["m v1"]).toEqual({});
  });

  test("windows that are no longer than the maturity, and joins without one, have traffic alone", () => {
    const bed = makeBed().read(p("a", "x", 0));
    expect(bed.traffic["m v1"]).toMatchObject({ "5m x": "1", "1h x": "1/0/0" });
    const without = makeBed({ maturityMs: undefined }).read(p("a", "x", 0));
    expect(without.traffic["m v1"]).toEqual({ "5m x": "1", "1h x": "1", "10m": "1/0" });
  });

  test("the curve tells labels that have stopped from labels that take long", () => {
    const [stopped, slow] = [makeBed({ withinMs: hour }), makeBed({ withinMs: hour })];
    for (let at = 0; at < 60; at += 5) {
      stopped.read(p(`${at}`, "x", at), ...(at < 40 ? [l(`${at}`, "x", at)] : []));
      slow.read(p(`${at}`, "x", at), ...(at >= 50 ? [l(`${at - 50}`, "x", at)] : []));
    }
    expect([stopped, slow].map(({ traffic }) => traffic["m v1"]?.["10m"])).toEqual(["4/0", "4/0"]);
    expect([stopped, slow].map(({ traffic }) => traffic["m v1"]?.["1h"])).toEqual(["8/8", "8/2"]);
  });

  test("classes past the limit count together, until classes that left all windows make room", () => {
    const bed = makeBed({ maxClasses: 2 }).read(p("a", "x", 0), p("b", "y", 0), p("c", "z", 0), p("d", "w", 0));
    bed.read(l("c", "z", 1));
    expect([hourOf(bed), hourOf(bed, "y"), hourOf(bed, "__other__")]).toEqual(["1/1/0", "1/1/0", "2/2/1"]);
    bed.restart();
    expect(hourOf(bed, "__other__")).toBe("2/2/1");
    bed.read(p("e", "z", 200), p("f", "z", 200), l("e", "z", 201));
    bed.now = 230;
    expect(bed.traffic["m v1"]).toMatchObject({ "1h z": "2/2/1" });
  });

  test("a label finds a prediction that was counted before its class had a seat", () => {
    const bed = makeBed({ maxClasses: 1, withinMs: hour });
    bed.read(p("a", "x", 52), p("b", "y", 60), p("c", "y", 76));
    expect(bed.traffic["m v1"]).toMatchObject({ "1h __other__": "2/1/0", "1h y": "1/0/0" });
    bed.read(l("b", "y", 90));
    expect(bed.traffic["m v1"]).toMatchObject({ "1h __other__": "2/2/1", "1h y": "1/0/0" });
  });

  test("the idle class with the fewest predictions gives way to a new one, and counts with those past the limit", () => {
    const bed = makeBed({ maxClasses: 2, withinMs: hour });
    bed.read(p("a", "x", 0), p("b", "x", 0), p("c", "y", 0), l("c", "y", 1));
    bed.read(p("d", "z", 9), p("e", "z", 10), l("a", "x", 11), l("b", "x", 11));
    expect(bed.traffic["m v1"]).toMatchObject({ "1h __other__": "2/0/0", "1h x": "2/0/0", "1h z": "1/0/0" });
    bed.read(p("f", "y", 25), l("e", "z", 31));
    const folded = { "1h __other__": "3/2/1", "1h x": "2/2/2", "1h y": "1/0/0" };
    expect(bed.traffic["m v1"]).toMatchObject(folded);
    expect(bed.restart().traffic["m v1"]).toMatchObject(folded);
  });

  test("what was counted under another spelling joins its class when the config says that they are one", () => {
    const bed = makeBed().read(p("a", "x", 0), p("b", "1", 0), l("b", "1", 1));
    expect(hourOf(bed.respell(new Map([["1", "x"]])))).toBe("2/2/1");
    expect(hourOf(bed.read(l("a", "x", 30)))).toBe("2/2/2");
  });

  test("a state without traffic, of a release before or a config without a join, is taken up, and traffic begins anew", () => {
    const bed = makeBed()
      .read(p("a", "x", 0), p("b", "x", 0), l("b", "y", 1))
      .forgetTraffic();
    expect([bed.cells("1h"), bed.outcomes, hourOf(bed)]).toEqual([{ "y>x": 1 }, 1, undefined]);
    bed.read(l("a", "x", 30), p("c", "x", 30));
    bed.now = 60;
    expect([bed.cells("1h"), hourOf(bed)]).toEqual([{ "x>x": 1, "y>x": 1 }, "1/1/0"]);
  });

  test("a tag that is forgotten leaves nothing written down, nor does a join that the config no longer has", () => {
    const bed = makeBed().read(p("a", "x", 0), l("a", "x", 1));
    bed.commit();
    expect(bed.saved).toMatch(/"traffic"/u);
    bed.tags.evictIdle(Number.POSITIVE_INFINITY);
    bed.commit();
    expect(bed.saved).not.toMatch(/"traffic"|"window"/u);
  });
});

test("outcomes that wait to be old enough keep their classes when others make room for new ones", () => {
  const bed = makeBed({ maxClasses: 3, placeAt: "prediction", windows: allWindows.slice(-1) });
  bed.read({ ...p("a", "x", 0), actual: "y" });
  // Too young for the window, which is all that is left: the classes of nothing else are in it.
  bed.read({ ...p("b", "v", 5), actual: "v" }, { ...p("c", "w", 5), actual: "w" });
  bed.now = 20;
  expect(bed.cells("1h_older_10m")).toMatchObject({ "y>x": 1 });
});
