import type { Config } from "../config/config.ts";
import type { Pattern } from "../decode/pattern/pattern.ts";
import { QualityPage } from "../exposition/quality-page.ts";
import { labelPair } from "../exposition/text-format.ts";
import { confusionMetric } from "../quality/counts.ts";
import type { SilentModel } from "../window/forgotten-tags.ts";
import type { WindowSpec } from "../window/options.ts";
import type { TagSnapshot, TagView } from "../window/tags.ts";
import { Series, type DaySeries, type Family } from "./day-series.ts";
import type { Instant } from "./instants.ts";

/** Classes of a tag up to which the cells of its confusion matrices are written unasked. */
const mostClasses = 10;

/** What of the page is written. */
export interface ScrapeOptions {
  /** Labels that a scrape adds to all series. */
  readonly labels: ReadonlyMap<string, string>;
  readonly windows: readonly WindowSpec[];
  /** Metrics that are written, by their names; undefined for all. */
  readonly metrics: Pattern | undefined;
}

/** A series, and what stands before its value on the page. */
interface Shown {
  readonly key: string;
  readonly series: Series;
}

/** What the page said last of a tag, or of models without tags. */
interface Part {
  revision: number | string;
  shown: Shown[];
  /** It has, or had, too many classes for cells. */
  isWide: boolean;
}

/** Key of the part of the page that is of no tag. */
const noTag = -1;

/**
 * Series that `/metrics` would have had at an instant, as its own writer writes them; what has not changed since the
 * instant before is not written again.
 */
export class Scrape {
  readonly #config: Pick<Config, "models" | "exposition">;
  readonly #options: ScrapeOptions;
  readonly #day: DaySeries;
  readonly #declared: ReadonlyMap<string, readonly string[]>;
  readonly #parts = new Map<number, Part>();
  /** The latest time of a model is a series of its tag, and of no tag once that is gone. */
  readonly #owners = new WeakMap<Series, Part>();
  readonly #added: string;
  readonly #isCellsAsked: boolean;
  #hasChanged = false;
  /** Labels of tags whose cells are left out. */
  readonly wide = new Set<string>();

  constructor(config: Pick<Config, "models" | "exposition">, options: ScrapeOptions, day: DaySeries) {
    this.#config = config;
    this.#options = options;
    this.#day = day;
    const named = [...config.models.values()].filter(({ name }) => name !== "*");
    this.#declared = new Map(named.map(({ name, classes = [] }) => [name, classes]));
    this.#added = [...options.labels].map(([name, value]) => `${labelPair(name, value)},`).join("");
    this.#isCellsAsked = options.metrics !== undefined && options.metrics.exec(confusionMetric.name) !== null;
  }

  /** Takes all series as of an instant; tells whether any of them may have changed. */
  take({ tags, silentModels }: Instant): boolean {
    this.#hasChanged = false;
    this.#removeAllBut(tags);
    for (const tag of tags) this.#takeTag(tag);
    const seen = new Set(tags.map(modelOf));
    const declared = new Map([...this.#declared].filter(([model]) => !seen.has(model)));
    const revision = JSON.stringify([[...declared.keys()], silentModels]);
    const part = this.#part(noTag);
    if (part.revision !== revision) {
      part.revision = revision;
      this.#write(part, [], declared, silentModels);
    }
    return this.#hasChanged;
  }

  #removeAllBut(tags: readonly TagView[]): void {
    const ids = new Set([noTag, ...tags.map(({ id }) => id)]);
    for (const [id, part] of this.#parts) {
      if (ids.has(id)) continue;
      this.#hasChanged = true;
      for (const { series } of part.shown) this.#remove(series, part);
      this.#parts.delete(id);
    }
  }

  #takeTag(tag: TagView): void {
    const part = this.#part(tag.id);
    const traffic = tag.traffic();
    const revision = tag.revision();
    // Traffic becomes due by time alone.
    if (part.revision === revision && traffic === undefined) return;
    part.revision = revision;
    const windows = this.#options.windows.map((window) => ({ window, confusion: tag.confusion(window.label) }));
    const model = modelOf(tag);
    const classes = this.#declared.get(model);
    const widest = Math.max(classes?.length ?? 0, ...windows.map(({ confusion }) => confusion.classes.length));
    if (!this.#isCellsAsked && !part.isWide && widest > mostClasses) {
      part.isWide = true;
      if (this.#config.exposition.confusion !== "none") this.wide.add(tag.labels.map(({ value }) => value).join(" "));
    }
    const { labels, outcomes, latest, latestPrediction } = tag;
    const snapshot: TagSnapshot = {
      labels,
      outcomes,
      latest,
      latestPrediction,
      windows,
      ...(traffic && { traffic: { ...traffic, windows: this.#wanted(traffic.windows) } }),
    };
    this.#write(part, [snapshot], new Map(classes && [[model, classes]]), []);
  }

  #wanted<Value>(windows: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
    return new Map([...windows].filter(([label]) => this.#options.windows.some((window) => window.label === label)));
  }

  #part(id: number): Part {
    let part = this.#parts.get(id);
    if (part === undefined) this.#parts.set(id, (part = { revision: Number.NaN, shown: [], isWide: false }));
    return part;
  }

  /** Writes a part of the page, and takes the series of its lines. */
  #write(
    part: Part,
    snapshots: readonly TagSnapshot[],
    declared: ReadonlyMap<string, readonly string[]>,
    silentModels: readonly SilentModel[],
  ): void {
    this.#hasChanged = true;
    const { windows } = this.#options;
    const confusion = part.isWide ? "none" : this.#config.exposition.confusion;
    // History is bounded by what is asked for, not by the limit of a page.
    const limits = { maxSeries: Number.POSITIVE_INFINITY, hasObjectives: () => true };
    const page = new QualityPage({ snapshots, windows, declared, silentModels, confusion, ...limits });
    const text = [...page.measure(), ...page.text("openmetrics")].join("");
    const before = part.shown;
    const shown: Shown[] = [];
    let isSame = true;
    let head = "";
    let family: Family | undefined;
    for (let from = 0; from < text.length;) {
      const end = text.indexOf("\n", from);
      if (text.startsWith("# ", from)) {
        head = text.startsWith("# HELP ", from) ? "" : head;
        head += text.slice(from, end + 1);
        family = undefined;
      } else {
        const known = before[shown.length];
        let one = known !== undefined && text.startsWith(known.key, from) ? known : undefined;
        if (one === undefined) {
          isSame = false;
          const key = text.slice(from, text.lastIndexOf(" ", end) + 1);
          family ??= this.#family(key.slice(0, key.indexOf("{")), head);
          one = { key, series: this.#series(family, key) };
          this.#owners.set(one.series, part);
        }
        this.#day.set(one.series, Number(text.slice(from + one.key.length, end)));
        shown.push(one);
      }
      from = end + 1;
    }
    part.shown = shown;
    if (isSame && shown.length === before.length) return;
    const present = new Set(shown.map(({ series }) => series));
    for (const { series } of before) if (!present.has(series)) this.#remove(series, part);
  }

  /** Says that a part has a series no more; another one may have it. */
  #remove(series: Series, part: Part): void {
    if (this.#owners.get(series) === part) this.#day.set(series, Number.NaN);
  }

  #family(name: string, head: string): Family {
    const isWritten = this.#options.metrics === undefined || this.#options.metrics.exec(name) !== null;
    return this.#day.families.get(name) ?? this.#day.add({ name, head, isWritten, series: new Map() });
  }

  #series(family: Family, key: string): Series {
    const start = key.replace("{", () => `{${this.#added}`);
    let series = family.series.get(start);
    if (series === undefined) {
      series = new Series(family, start, new Map([...this.#options.labels, ...labelsOf(key)]));
      family.series.set(start, series);
    }
    return series;
  }
}

function modelOf({ labels }: Pick<TagView, "labels">): string {
  return labels[0]?.value ?? "";
}

/** Reads the labels of a line. */
function labelsOf(line: string): [name: string, value: string][] {
  const pairs = line.slice(line.indexOf("{")).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gsu);
  return [...pairs].map(([, name = "", value = ""]) => [
    name,
    value.replace(/\\(.)/gsu, (_all, escaped: string) => (escaped === "n" ? "\n" : escaped)),
  ]);
}
