import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Bed, hour, minute, type BedOptions, type Half } from "./bed.ts";

const p = (id: string, predicted: string, at: number, more: Partial<Half> = {}): Half => ({
  id,
  predicted,
  at,
  ...more,
});
const l = (id: string, actual: string, at: number, more: Partial<Half> = {}): Half => ({ id, actual, at, ...more });
const unmapped = { "5m": {}, "1h": {}, last_3: {}, last_1000: {} };
/** The same cells in every window. */
const everywhere = (cells: Record<string, number>): object =>
  Object.fromEntries(Object.keys(unmapped).map((window) => [window, cells]));

describe("two halves make one outcome", () => {
  test("a prediction and its label in one log are one outcome, and its delay is observed", () => {
    const bed = new Bed().read(p("a", "x", 0), l("a", "y", 3));
    expect(bed.all).toEqual(everywhere({ "y>x": 1 }));
    expect(bed.labels).toEqual({ joined: 1 });
    expect([...(bed.stats.delays.get("m")?.buckets ?? [])].indexOf(1)).toBe(3);
    expect(bed.stats.delays.get("m")?.sum).toBe(180);
  });

  test.each([
    { order: "the predictions first", swap: false },
    { order: "the labels first", swap: true },
  ])("two logs give the same matrix with $order", ({ swap }) => {
    const logs = [
      [p("a", "x", 0), p("b", "y", 1), p("c", "x", 2)],
      [l("c", "x", 2), l("a", "y", 3), l("b", "y", 4)],
    ];
    const bed = new Bed();
    bed.now = 4;
    bed.read(...(swap ? logs.reverse() : logs).flat());
    expect(bed.all).toEqual(everywhere({ "x>x": 1, "y>x": 1, "y>y": 1 }));
  });

  test("classes 0, false and the empty one count, and so does the id 0", () => {
    const bed = new Bed().read(p("0", "0", 0), l("0", "", 0), p("1", "false", 0), l("1", "0", 0));
    expect(bed.cells("last_1000")).toEqual({ ">0": 1, "0>false": 1 });
  });

  test("a line with both halves is remembered: a repeat is none, another label corrects it", () => {
    const both = { ...p("a", "x", 0), actual: "x" };
    const bed = new Bed().read(both, both, { ...both, actual: "y" });
    expect(bed.all).toEqual(everywhere({ "y>x": 1 }));
    expect([bed.outcomes, bed.labels]).toEqual([1, { joined: 1, duplicate: 1, corrected: 1 }]);
  });

  test("one id under two versions gives two outcomes for one label, and a third for a version that comes later", () => {
    const bed = new Bed().read(p("a", "x", 0), p("a", "y", 0, { version: "v2" }), l("a", "x", 1));
    expect(bed.outcomes).toBe(2);
    bed.read(p("a", "z", 2, { version: "v3" }));
    expect(bed.cells("last_1000")).toEqual({ "x>x": 1, "x>y": 1, "x>z": 1 });
    expect(bed.labels).toEqual({ joined: 1 });
    bed.read(l("a", "y", 3));
    expect(bed.cells("last_1000")).toEqual({ "y>x": 1, "y>y": 1, "y>z": 1 });
  });

  test.each([
    { byModel: false, cells: { "y>x": 2 } },
    { byModel: true, cells: { "y>x": 1 } },
  ])("an id of two models is one id, and two where the join is by the model too ($byModel)", ({ byModel, cells }) => {
    const bed = new Bed({ byModel }).read(p("a", "x", 0), p("a", "x", 0, { model: "n" }), l("a", "y", 1));
    expect(bed.cells("last_1000")).toEqual(cells);
  });

  test("two spellings of a class are the same class, in repeats, corrections and the absent class", () => {
    const bed = new Bed({ absent: "0" }, new Map([["0", "legit"]]));
    bed.read(p("a", "0", 0), p("a", "legit", 0), l("a", "0", 1), l("a", "legit", 2), p("b", "fraud", 0)).sweep(60);
    expect(bed.cells("last_1000")).toEqual({ "legit>fraud": 1, "legit>legit": 1 });
    expect([bed.stats.repeated, bed.labels]).toEqual([
      { true: 0, false: 1 },
      { joined: 1, duplicate: 1 },
    ]);
  });
});

describe("repeats and corrections", () => {
  test.each([
    { second: "x", repeated: { true: 0, false: 1 } },
    { second: "y", repeated: { true: 1, false: 0 } },
  ])("of a prediction that comes again as $second the first stands", ({ second, repeated }) => {
    const bed = new Bed().read(p("a", "x", 0), p("a", second, 1), l("a", "x", 2), p("a", second, 3));
    expect(bed.all).toEqual(everywhere({ "x>x": 1 }));
    expect(bed.stats.repeated).toEqual({ true: repeated.true * 2, false: repeated.false * 2 });
  });

  test("a label that comes again changes nothing", () => {
    const bed = new Bed().read(p("a", "x", 0), l("a", "y", 1), l("a", "y", 2), l("b", "y", 0), l("b", "y", 1));
    expect(bed.all).toEqual(everywhere({ "y>x": 1 }));
    expect(bed.labels).toEqual({ joined: 1, duplicate: 2, parked: 1 });
  });

  test("a correction moves the cell in every window, and the outcome stays one", () => {
    const bed = new Bed().read(p("a", "x", 0), p("b", "x", 0), l("a", "x", 1), l("b", "x", 1), l("a", "y", 2));
    expect(bed.all).toEqual(everywhere({ "x>x": 1, "y>x": 1 }));
    expect([bed.outcomes, bed.labels]).toEqual([2, { joined: 2, corrected: 1 }]);
  });

  test.each([
    { at: 10, is: "no longer in 5m", cells: { ...unmapped, "1h": { "y>x": 1 }, last_1000: { "y>x": 1, "z>z": 3 } } },
    { at: 90, is: "in no time window", cells: { ...unmapped, last_1000: { "y>x": 1, "z>z": 3 } } },
  ])("an outcome that is $is is corrected where it still is", ({ at, cells }) => {
    const others = ["o1", "o2", "o3"].map((id) => ({ ...p(id, "z", -60), actual: "z" }));
    const bed = new Bed().read(p("a", "x", 0), l("a", "x", 0), ...others, l("a", "y", at));
    expect(bed.all).toEqual({ ...cells, last_3: { "z>z": 3 } });
    expect(bed.labels["corrected"]).toBe(1);
  });

  test("of the last three outcomes only those that are among them are corrected; one that is nowhere is told as late", () => {
    const ids = ["a", "b", "c", "d", "e"];
    const bed = new Bed().read(...ids.map((id) => ({ ...p(id, "x", 0), actual: "x" })));
    bed.read(l("b", "y", 1), l("d", "y", 1));
    expect(bed.cells("last_3")).toEqual({ "x>x": 2, "y>x": 1 });
    expect(bed.cells("last_1000")).toEqual({ "x>x": 3, "y>x": 2 });
    const short = new Bed({ maxIds: 2000 }).read({ ...p("a", "x", -90), actual: "x" });
    short.now = 90;
    short.read(
      ...Array.from({ length: 1000 }, (_one, n) => ({ ...p(`o${n}`, "x", 90), actual: "x" })),
      l("a", "y", 91),
    );
    expect(short.labels["correction_late"]).toBe(1);
    expect(short.outcomes).toBe(1001);
  });
});

describe("a label counts within its time", () => {
  test.each([
    { delay: 30, result: "joined" },
    { delay: 30 + 1 / minute, result: "too_late" },
    { delay: -10, result: "joined" },
    { delay: -10 - 1 / minute, result: "too_late" },
  ])("a label $delay minutes after its prediction is $result, whichever is read first", ({ delay, result }) => {
    for (const swap of [false, true]) {
      const halves = [p("a", "x", 0), l("a", "x", delay)];
      const bed = new Bed();
      bed.now = 40;
      bed.read(...(swap ? halves.reverse() : halves));
      expect(bed.labels).toEqual(swap ? { parked: 1, [result]: 1 } : { [result]: 1 });
      expect(bed.outcomes).toBe(result === "joined" ? 1 : 0);
    }
  });

  test("each model may have a time of its own, and a label without a model finds its prediction in any", () => {
    const models = { slow: { withinMs: 10 * hour } };
    const bed = new Bed({ models }).read(p("a", "x", 0), p("b", "x", 0, { model: "slow" }));
    bed.read(l("b", "x", 500, { model: "" }), l("a", "x", 500, { model: "" }), l("c", "y", 500, { model: "" }));
    expect(bed.labels).toEqual({ joined: 1, too_late: 1, parked: 1 });
    bed.read(p("c", "x", 500, { model: "slow" }));
    expect(bed.join.size).toMatchObject({ predictions: 1, labels: 0, joined: 2 });
    expect(bed.restart().join.size).toMatchObject({ predictions: 1, labels: 0, joined: 2 });
  });

  test("an outcome counts at its label, or at its prediction where the join says so", () => {
    for (const placeAt of ["label", "prediction"] as const) {
      const bed = new Bed({ placeAt }).read(p("a", "x", 0), l("a", "x", 20));
      expect(bed.cells("5m")).toEqual(placeAt === "label" ? { "x>x": 1 } : {});
      expect(bed.cells("1h")).toEqual({ "x>x": 1 });
    }
  });
});

describe("an id is remembered for a while", () => {
  /** 40 minutes and a sixteenth. */
  const over = 42.5;

  test("a prediction and a label that nothing met leave between T and T*17/16, and their slots are free", () => {
    const bed = new Bed().read(p("a", "x", 0), l("b", "x", 0), p("c", "x", 0), l("c", "x", 0));
    bed.sweep(over - 0.01);
    expect(bed.join.size).toMatchObject({ predictions: 1, labels: 1, joined: 1 });
    bed.sweep(over);
    expect(bed.join.size).toMatchObject({ predictions: 0, labels: 0, joined: 0 });
    expect([bed.stats.evicted.expired, bed.stats.unmatched.expired, bed.outcomes]).toEqual([1, 1, 1]);
    bed.commit();
    expect(bed.recordBytes).toBe(0);
    expect(bed.saved).not.toContain("join-");
  });

  test("a prediction without a label counts as the absent class, and a label afterwards corrects it", () => {
    const bed = new Bed({ absent: "legit" }).read(p("a", "fraud", 0), p("b", "legit", 10)).sweep(30);
    expect(bed.outcomes).toBe(0);
    bed.sweep(31);
    expect(bed.all).toEqual(everywhere({ "legit>fraud": 1 }));
    bed.restart().read(l("a", "fraud", 32));
    expect(bed.all).toEqual(everywhere({ "fraud>fraud": 1 }));
    expect([bed.stats.absent, bed.stats.evicted.expired, bed.labels]).toEqual([1, 0, { corrected: 1 }]);
    bed.sweep(over + 10);
    expect([bed.stats.absent, bed.stats.evicted.expired]).toEqual([2, 0]);
  });

  test("a clock that jumps a day and comes back keeps no id for ever and counts none twice", () => {
    const bed = new Bed().read(p("a", "x", 0));
    bed.now = 1440;
    bed.read(p("b", "x", 5));
    bed.sweep(6).read(l("b", "x", 6), l("a", "x", 6), l("a", "x", 6));
    expect([bed.outcomes, bed.labels]).toEqual([2, { joined: 2, duplicate: 1 }]);
    bed.restart().sweep(60);
    expect(bed.join.size).toMatchObject({ predictions: 0, labels: 0, joined: 0 });
  });

  test("a longer time applies to what is there", () => {
    const bed = new Bed({ withinMs: hour }).read(p("a", "x", 0), l("b", "x", 0), p("c", "x", 0), l("c", "x", 1));
    bed.restart({ withinMs: 3 * hour }).sweep(120);
    expect(bed.join.size).toMatchObject({ predictions: 1, labels: 1, joined: 1 });
    bed.read(l("a", "x", 120), p("b", "x", 5), l("c", "y", 121));
    expect(bed.cells("last_1000")).toEqual({ "x>x": 2, "y>x": 1 });
    expect(bed.restart().sweep(1000).join.size).toMatchObject({ predictions: 0, labels: 0, joined: 0 });
  });
});

describe("memory is bounded", () => {
  const halves = (count: number, from = 0): Half[] =>
    Array.from({ length: count }, (_one, n) => p(`id${n + from}`, "x", n / 1000));

  test("past maxIds joined ids leave first, then the oldest; all predictions are accounted for, and a restart changes nothing", () => {
    const bed = new Bed({ maxIds: 1000 }).read(...halves(900));
    bed.read(...halves(300).map(({ id }) => l(id, "x", 1)));
    bed.read(...halves(600, 900));
    const { predictions, joined } = bed.join.size;
    expect(predictions + joined).toBeLessThanOrEqual(1000);
    expect(predictions).toBeGreaterThan(900);
    expect(900 + 600).toBe(300 + bed.stats.evicted.capacity + predictions);
    const before = [bed.join.size, bed.all];
    bed.restart();
    expect([bed.join.size, bed.all]).toEqual([{ ...bed.join.size, predictions, joined }, before[1]]);
    const labelled = halves(1500)
      .reverse()
      .map(({ id }) => l(id, "y", 2));
    expect(bed.read(...labelled).cells("last_1000")["y>x"]).toBe(predictions);
  });

  test("an id that was given up does not come back with a restart, whatever earlier records say", () => {
    const bed = new Bed({ maxIds: 160 }).read(...halves(50), ...halves(50).map(({ id }) => l(id, "x", 1)));
    bed.commit();
    bed.read(...halves(155, 1000));
    const size = { ...bed.join.size };
    expect(size.joined).toBeLessThan(50);
    expect(bed.restart().join.size).toMatchObject({ predictions: size.predictions, labels: 0, joined: size.joined });
  });

  test("labels without predictions take the room of maxIds, and each is accounted for", () => {
    const bed = new Bed({ maxIds: 30_000 });
    for (let n = 0; n < 300_000; n++) bed.read(l(`id${n}`, "x", 0));
    const { labels, bytes } = bed.join.size;
    expect(labels + bed.stats.unmatched.capacity).toBe(300_000);
    expect(labels).toBeLessThanOrEqual(30_000);
    expect(bytes).toBeLessThan(24 * 30_000 + 512 * 1024);
  });

  test("classes that never come again do not fill memory: the oldest ids make room", () => {
    const bed = new Bed({ maxIds: 1_000_000 });
    const long = "c".repeat(1000);
    for (let n = 0; n < 40_000; n++) bed.read(p(`id${n}`, `${long}${n}`, 0));
    expect(bed.join.size.predictions).toBeLessThan(17_000);
    expect(bed.join.size.predictions + bed.stats.evicted.capacity).toBe(40_000);
  });

  test("corrections without end leave the state bounded by the time that it is kept", () => {
    const bed = new Bed({ maxIds: 160 }).read({ ...p("a", "x", 0), actual: "x" });
    for (let n = 0; n < 2000; n++) {
      bed.read(l("a", n % 2 === 0 ? "y" : "x", n / 10)).sweep(n / 10);
      if (n % 100 === 0) bed.restart();
    }
    expect(bed.cells("last_1000")).toEqual({ "x>x": 1 });
    bed.commit();
    expect(bed.recordBytes).toBeLessThan(2 * 16 * 10 * 43);
  });
});

test("nothing that is written down has the id in it, raw or hashed by anyone else", () => {
  const id = "customer-4711-order-0815";
  const bed = new Bed({ absent: "x" } satisfies BedOptions).read(p(id, "x", 0), l(`${id}2`, "y", 0));
  bed.commit();
  const { saved } = bed;
  expect(saved).toContain("join-ids");
  for (const text of [id, Buffer.from(id).toString("hex"), Buffer.from(id).toString("base64")]) {
    expect(saved).not.toContain(text);
  }
  const sha = createHash("sha256").update(id).digest();
  expect(saved).not.toContain(sha.toString("hex"));
  expect(saved).not.toContain(sha.subarray(0, 8).toString("latin1"));
});
