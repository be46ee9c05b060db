import { describe, expect, test } from "@jest/globals";
import { report } from "../../src/exposition/report.ts";
import { QualityPage } from "../../src/exposition/quality-page.ts";
import { Points, type PointOptions } from "../../src/influxdb/points.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { Tags } from "../../src/window/tags.ts";
import { makeConfig } from "../generate/support/config.ts";
import fc from "../support/property.ts";
import { hostileValues, readLines, type Point } from "./line-reader.ts";

const hour = 3_600_000;
const start = 1_700_000_000_000;
const windows = [
  { kind: "time", label: "1h", ms: hour, panes: 60 },
  { kind: "last", label: "last_10", size: 10 },
] as const;

/** A bed of tags whose points are written. */
class Bed {
  readonly tags: Tags;
  readonly models: PointOptions["models"];
  readonly declared: PointOptions["declared"];
  #options: PointOptions;
  #points: Points;

  constructor(parts: Partial<PointOptions> = {}, isJoined = false) {
    const config = makeConfig({
      models: {
        fraud: {
          team: "payments",
          classes: ["fraud", "legit", "never"],
          objectives: [
            { metric: "recall", class: "fraud", bound: { kind: "min", value: 0.9 }, window: windows[0], minSamples: 1 },
            { name: "Whole", metric: "accuracy", bound: { kind: "max", value: 0.1 }, window: windows[1] },
          ],
        },
      },
    });
    this.models = config.models;
    this.declared = new Map([["fraud", ["fraud", "legit", "never"]]]);
    const join = { models: new Map([["*", { maturityMs: 60_000 }]]) };
    const limits = { maxTags: 100, maxClasses: 100, futureToleranceMs: 0, tagIdleMs: hour };
    this.tags = new Tags(
      { tagLabels: ["model", "version"], models: config.models, windows, limits, ...(isJoined && { join }) },
      new ClassMonitor(),
    );
    this.#options = {
      tags: new Map([["instance", "here"]]),
      confusion: "nonzero",
      windows,
      models: config.models,
      teams: new Map([["fraud", "payments"]]),
      declared: this.declared,
      ...parts,
    };
    this.#points = new Points(this.#options);
  }

  count(model: string, actual: string, predicted: string, time = start): void {
    this.tags.add([model, "v1"], actual, predicted, time, time);
  }

  reload(parts: Partial<PointOptions>): void {
    this.#options = { ...this.#options, ...parts };
    this.#points = new Points(this.#options, this.#points);
  }

  /** Starts anew with the same tags, as a restart does. */
  restart(): void {
    this.#points = new Points(this.#options);
    this.#points.expect(this.tags.views(start));
  }

  write(time: number): readonly Point[] {
    const parts = [...this.#points.write(this.tags.views(time), time)];
    const points = parts.flatMap(({ text, lines }) => {
      const read = readLines(text);
      expect(read).toHaveLength(lines);
      return read;
    });
    expect(points.every((point) => point.time === time / 1000)).toBe(true);
    return points;
  }

  /** The samples of `/metrics` at a moment. */
  page(time: number): ReadonlyMap<string, number> {
    const view = {
      snapshots: this.tags.snapshot(time),
      windows,
      declared: new Map(),
      silentModels: [],
      confusion: "nonzero",
      ...(this.tags.size > 0 && { declared: this.#options.declared }),
    } as const;
    const page = new QualityPage({ ...view, maxSeries: Number.POSITIVE_INFINITY, hasObjectives: () => true });
    const lines = [...page.measure(), ...page.text("text")]
      .join("")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => {
        const [, name = "", pairs = "", value = ""] = /^(\w+)\{(.*)\} (\S+)$/su.exec(line) ?? [];
        const labels = [...pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gsu)].map(([, label = "", text = ""]) => [
          label,
          text.replaceAll(/\\(.)/gsu, (_all, char: string) => (char === "n" ? "\n" : char)),
        ]);
        return [sampleKey(name, Object.fromEntries(labels) as Record<string, string>), Number(value)];
      }),
    );
  }
}

function sampleKey(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Points as samples of Prometheus: the measurement, `_` and the field are the name. */
function samplesOf(points: readonly Point[]): ReadonlyMap<string, number> {
  return new Map(
    points.flatMap(({ measurement, tags, fields }) => {
      const { instance, ...labels } = tags;
      expect(instance).toBe("here");
      return Object.entries(fields).map(
        ([field, value]) => [sampleKey(`${measurement}_${field}`, labels), value] as const,
      );
    }),
  );
}

/** Points of a measurement with these tags, of the first window. */
function find(
  points: readonly Point[],
  tags: Readonly<Record<string, string>>,
  measurement = "model_quality",
): readonly Point["fields"][] {
  const asked = Object.entries({ window: "1h", ...tags });
  return points
    .filter((point) => point.measurement === measurement && asked.every(([name, value]) => point.tags[name] === value))
    .map(({ fields }) => fields);
}

const ofQuality = (points: readonly Point[]): readonly Point[] =>
  points.filter(({ measurement }) => measurement === "model_quality");

describe("the points of tags", () => {
  test("the points of tags are what /metrics says, sample by sample, of any outcomes of any names", () => {
    const name = fc.constantFrom("fraud", "legit", "a", "b", ...hostileValues);
    const outcome = fc.tuple(
      fc.constantFrom("fraud", "m", ...hostileValues.filter((value) => value !== "")),
      name,
      name,
      fc.nat(2 * hour),
    );
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.boolean(), (outcomes, isJoined) => {
        const bed = new Bed({}, isJoined);
        // The model whose classes are declared has a tag in each.
        bed.count("fraud", "fraud", "legit");
        for (const [model, actual, predicted, ms] of outcomes) {
          bed.count(model, actual, predicted, start + ms);
          if (!isJoined) continue;
          bed.tags.predict([model, "v1"], start + ms, start + ms);
          bed.tags.traffic([model, "v1"], predicted, start + ms, start + ms);
          if (ms % 2 === 0) bed.tags.labelled([model, "v1"], predicted, start + ms, start + ms);
        }
        const time = start + 2 * hour;
        const points = ofQuality(bed.write(time));
        expect(samplesOf(points)).toEqual(bed.page(time));
        const [whole, fractions] = [new Set<string>(), new Set<string>()];
        for (const point of points) {
          for (const field of Object.keys(point.fields)) (point.whole.includes(field) ? whole : fractions).add(field);
        }
        // The first point fixes the type of a field in a database.
        for (const field of whole) expect(field).toMatch(/samples$|^outcomes_total$/u);
        for (const field of fractions) expect(field).toMatch(/ratio$|_correlation$|_kappa$|_seconds$/u);
      }),
      { numRuns: 60 },
    );
  });

  test("the verdict on each objective is a number beside its figure, its bound and its interval", () => {
    const bed = new Bed();
    for (let n = 0; n < 100; n++) bed.count("fraud", "fraud", n % 2 === 0 ? "fraud" : "legit");
    bed.count("m", "a", "a");
    const points = bed.write(start + 60_000).filter(({ measurement }) => measurement === "model_quality_objective");
    const said = report(
      bed.models,
      bed.tags.snapshot(start + 60_000),
      { read: 0, accepted: 0, rejected: {}, skipped: {} },
      {},
    );
    const [recall, whole] = said.tags[0]?.objectives ?? [];
    expect(points).toEqual([
      {
        measurement: "model_quality_objective",
        tags: {
          instance: "here",
          model: "fraud",
          version: "v1",
          objective: "recall of fraud min",
          severity: recall?.severity,
          team: "payments",
          window: "1h",
        },
        fields: {
          missed: 1,
          samples: 100,
          value: 0.5,
          bound: 0.9,
          lower: recall?.interval?.low,
          upper: recall?.interval?.high,
        },
        whole: ["missed", "samples"],
        time: start / 1000 + 60,
      },
      expect.objectContaining({
        tags: expect.objectContaining({ objective: "Whole", window: "last_10" }),
        fields: expect.objectContaining({ missed: whole?.verdict === "missed" ? 1 : 0, bound: 0.1 }),
      }),
    ]);
  });
});

describe("what is not there any more", () => {
  test("a class and a cell that have left the window get a last point of 0, once", () => {
    const bed = new Bed();
    bed.count("m", "a", "b");
    expect(find(bed.write(start), { actual: "a", predicted: "b" })).toEqual([{ confusion_samples: 1 }]);
    bed.count("m", "c", "c", start + 2 * hour);
    const then = bed.write(start + 2 * hour);
    expect(find(then, { actual: "a", predicted: "b" })).toEqual([{ confusion_samples: 0 }]);
    for (const name of ["a", "b"]) {
      expect(find(then, { class: name })).toEqual([
        { true_positive_samples: 0, predicted_samples: 0, actual_samples: 0 },
      ]);
    }
    const later = bed.write(start + 2 * hour + 1000);
    expect([...find(later, { class: "a" }), ...find(later, { actual: "a" })]).toEqual([]);
    expect(find(later, { class: "c" })).toHaveLength(1);
  });

  test("a tag that is forgotten gets a last point without samples, and its objectives are not missed", () => {
    const bed = new Bed();
    for (let n = 0; n < 20; n++) bed.count("fraud", "fraud", "legit");
    bed.count("m", "a", "a", start + hour);
    expect(find(bed.write(start), { model: "fraud" }, "model_quality_objective")).toMatchObject([{ missed: 1 }]);
    bed.tags.evictIdle(start + hour + 1000);
    const then = bed.write(start + hour + 1000);
    expect(find(then, { model: "fraud" })).toContainEqual({ samples: 0 });
    expect(find(then, { model: "fraud" }, "model_quality_objective")).toEqual([{ missed: 0, samples: 0 }]);
    expect(bed.write(start + hour + 2000).filter(({ tags }) => tags["model"] === "fraud")).toEqual([]);
  });

  test("a tag that is forgotten right after a restart gets its last point as well", () => {
    const bed = new Bed();
    bed.count("m", "a", "a");
    bed.restart();
    bed.tags.evictIdle(start + hour + 1000);
    expect(bed.write(start + hour + 1000).map(({ tags, fields }) => [tags["window"], fields])).toEqual([
      ["1h", { samples: 0 }],
      ["last_10", { samples: 0 }],
    ]);
  });

  test("series of a config before, under another instance, end with the reload", () => {
    const bed = new Bed();
    bed.count("m", "a", "a");
    bed.write(start);
    bed.reload({ tags: new Map([["instance", "there"]]) });
    const then = bed.write(start + 1000);
    expect(find(then, { instance: "here", model: "m" })).toContainEqual({ samples: 0 });
    expect(find(then, { instance: "there", model: "m" })).toContainEqual(expect.objectContaining({ samples: 1 }));
  });
});

describe("the cells of confusion matrices", () => {
  test.each([
    { confusion: "auto", classes: 10, cells: 10 },
    { confusion: "auto", classes: 11, cells: 0 },
    { confusion: "nonzero", classes: 11, cells: 11 },
    { confusion: "none", classes: 2, cells: 0 },
  ] as const)("$cells cells of $classes classes are written with $confusion", ({ confusion, classes, cells }) => {
    const bed = new Bed({ confusion });
    for (let n = 0; n < classes; n++) bed.count("m", `c${n}`, `c${n}`);
    const written = find(bed.write(start), {}).filter((fields) => "confusion_samples" in fields);
    expect(written).toHaveLength(cells);
  });

  test("the cells end with a 0 when an eleventh class comes", () => {
    const bed = new Bed({ confusion: "auto" });
    for (let n = 0; n < 10; n++) bed.count("m", `c${n}`, `c${n}`);
    bed.write(start);
    bed.count("m", "c10", "c10");
    const cells = find(bed.write(start + 1000), {}).filter((fields) => "confusion_samples" in fields);
    expect(cells).toEqual(Array.from({ length: 10 }, () => ({ confusion_samples: 0 })));
  });
});
