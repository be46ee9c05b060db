import type { Pattern } from "../decode/pattern/pattern.ts";
import type { RecordingRule } from "../generate/rules/recording-rules.ts";
import { labelPair } from "../exposition/text-format.ts";
import { Series, type DaySeries, type Family } from "./day-series.ts";
import { evaluator, readsOf, type Evaluation, type Sample } from "./evaluate.ts";
import { LabelSets, type LabelSet } from "./label-sets.ts";

/** A rule that records a series for each sample of its result. */
interface Recording {
  readonly family: Family;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly evaluate: (on: Evaluation) => readonly Sample[];
  /** Its result may change without any sample. */
  readonly usesTime: boolean;
  result: readonly Sample[];
  readonly series: Map<LabelSet, Series>;
}

/** Recorded series of the generated rules, evaluated at each instant on the samples of that instant. */
export class Recorded {
  readonly #day: DaySeries;
  readonly #sets = new LabelSets();
  readonly #groups: readonly (readonly Recording[])[];
  readonly #labels = new WeakMap<Series, LabelSet>();

  /** `groups` are rules that read those before them of their group; `metrics` are those that are written. */
  constructor(groups: readonly (readonly RecordingRule[])[], metrics: Pattern | undefined, day: DaySeries) {
    this.#day = day;
    this.#groups = groups.map((rules) => this.#recordings(rules, metrics));
  }

  /** Evaluates the rules at an instant (Unix ms), those that read the time only if no sample has changed. */
  take(time: number, hasChanged: boolean): void {
    const scraped = new Map<string, readonly Sample[]>();
    for (const group of this.#groups) {
      const samples = (name: string): readonly Sample[] => {
        const own = group.filter(({ family }) => family.name === name);
        if (own.length > 0) return own.flatMap(({ result }) => result);
        let found = scraped.get(name);
        if (found === undefined) scraped.set(name, (found = this.#scraped(name)));
        return found;
      };
      for (const rule of group) if (hasChanged || rule.usesTime) this.#record(rule, { time: time / 1000, samples });
    }
  }

  #recordings(rules: readonly RecordingRule[], metrics: Pattern | undefined): Recording[] {
    const timed = new Set<string>();
    return rules.map(({ record, expr, labels = {} }) => {
      const { names, time } = readsOf(expr.tree);
      const usesTime = time || [...names].some((name) => timed.has(name));
      if (usesTime) timed.add(record);
      const head = `# HELP ${record} As the generated recording rules give it.\n# TYPE ${record} gauge\n`;
      const isWritten = metrics === undefined || metrics.exec(record) !== null;
      const family = this.#day.families.get(record) ?? { name: record, head, isWritten, series: new Map() };
      this.#day.add(family);
      const evaluate = evaluator(expr.tree, this.#sets);
      return { family, labels: Object.entries(labels), evaluate, usesTime, result: [], series: new Map() };
    });
  }

  #record(rule: Recording, on: Evaluation): void {
    const result = rule
      .evaluate(on)
      .filter(({ value }) => !Number.isNaN(value))
      .map(({ labels, value }) => ({ labels: this.#labelled(labels, rule), value }));
    rule.result = result;
    const present = new Set<LabelSet>();
    for (const { labels, value } of result) {
      present.add(labels);
      this.#day.set(this.#series(rule, labels), value);
    }
    for (const [labels, series] of rule.series) {
      if (present.has(labels)) continue;
      this.#day.set(series, Number.NaN);
      rule.series.delete(labels);
    }
  }

  #labelled(labels: LabelSet, { labels: added }: Recording): LabelSet {
    return added.length === 0 ? labels : this.#sets.of([...labels.pairs, ...added]);
  }

  #series({ family, series: known }: Recording, labels: LabelSet): Series {
    let series = known.get(labels);
    if (series !== undefined) return series;
    const start = `${family.name}{${labels.pairs.map(([name, value]) => labelPair(name, value)).join(",")}} `;
    series = family.series.get(start) ?? new Series(family, start, new Map(labels.pairs));
    family.series.set(start, series);
    known.set(labels, series);
    return series;
  }

  #scraped(name: string): readonly Sample[] {
    const samples: Sample[] = [];
    for (const series of this.#day.families.get(name)?.series.values() ?? []) {
      if (Number.isNaN(series.value)) continue;
      let labels = this.#labels.get(series);
      if (labels === undefined) this.#labels.set(series, (labels = this.#sets.of(series.labels)));
      samples.push({ labels, value: series.value });
    }
    return samples;
  }
}
