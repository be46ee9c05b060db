import { confusionMetric, lastOutcomeMetric, lastPredictionMetric, outcomesMetric } from "../quality/counts.ts";
import { averages } from "../quality/metrics.ts";
import { pageMetrics, type ConfusionCells, type PageMetric } from "../quality/page-metrics.ts";
import { qualityOf, type Sums } from "../quality/quality.ts";
import type { ConfusionMatrix } from "../window/confusion-matrix.ts";
import type { WindowSpec } from "../window/options.ts";
import type { SilentModel } from "../window/forgotten-tags.ts";
import type { TagSnapshot } from "../window/tags.ts";
import { fit, noSeries, partOf, type PagePart, type PageSeries } from "./series-limit.ts";
import { trafficSeries, trafficText } from "./traffic-page.ts";
import { familyHead, formatValue, labelPair, type Format } from "./text-format.ts";

/** Declared classes by named model, empty where they are learned: on the page from the start, with 0 samples. */
export type Declared = ReadonlyMap<string, readonly string[]>;

/** Content of the page: the tags, and what the config says of it. */
export interface QualityView {
  readonly snapshots: readonly TagSnapshot[];
  readonly windows: readonly WindowSpec[];
  readonly declared: Declared;
  /** Latest outcomes of declared models without tags. */
  readonly silentModels: readonly SilentModel[];
  /** Cells of confusion matrices to write. */
  readonly confusion: ConfusionCells;
  /** Most series, past which parts of the page are left out. */
  readonly maxSeries: number;
  /** Whether a model has an objective, which reads the sums of its classes. */
  readonly hasObjectives: (model: string) => boolean;
}

/** A tag with the opening of its label sets: `{model="fraud",version="v3"`. */
interface TagOnPage {
  readonly prefix: string;
  readonly snapshot: TagSnapshot;
  /** Whether an objective reads the sums of its classes. */
  readonly isOwed: boolean;
}

/** Prepared output of one tag in one window: as much as its classes, so that the cells are read anew to be written. */
interface Block extends Pick<TagOnPage, "isOwed"> {
  /** Opening of the label set: `{model="fraud",version="v3",window="1h"`. */
  readonly prefix: string;
  readonly sums: Sums;
  readonly matrix: () => ConfusionMatrix;
  /** Classes in the window and declared ones, in code-unit order. */
  readonly classes: readonly string[];
  /** Index of each class in the confusion matrix; -1 for a class that is only declared. */
  readonly places: readonly number[];
}

/**
 * All quality metrics of a view; a declared model without tags gets only the label `model`. Each figure is read of its
 * snapshot right before it is written.
 */
export class QualityPage {
  readonly #view: QualityView;
  readonly #tags: readonly TagOnPage[];
  readonly #blocks: Block[] = [];
  #series = noSeries;

  constructor(view: QualityView) {
    this.#view = view;
    this.#tags = tagsOnPage(view);
  }

  /** Series of the page, once it is measured; figures that are not defined count as well. */
  get series(): PageSeries {
    return this.#series;
  }

  /** Adds up what is to be written, in steps of a tag's window, before anything is. Gives no text. */
  *measure(): Iterable<string> {
    const { declared, confusion, maxSeries } = this.#view;
    const counts = { kept: 0, cells: 0, class_ratios: 0, averages: 0, class_samples: 0 };
    for (const { prefix, snapshot, isOwed } of this.#tags) {
      const classes = declared.get(snapshot.labels[0]?.value ?? "") ?? [];
      for (const of of snapshot.windows) {
        const one = block(`${prefix},${labelPair("window", of.window.label)}`, of.confusion, classes);
        this.#blocks.push({ ...one, isOwed, matrix: () => of.confusion });
        for (const metric of pageMetrics) {
          if (metric.scope === "cell" && confusion === "none") continue;
          const size = metric.scope === "cell" && confusion === "nonzero" ? one.nonzero : sizeOf(metric, one);
          counts[partOf(metric, isOwed)] += size;
        }
        yield "";
      }
      const traffic = trafficSeries(snapshot.traffic);
      counts[isOwed ? "kept" : "class_samples"] += traffic.ofClasses;
      counts.kept += traffic.others + tagMetrics;
    }
    this.#series = fit(counts, maxSeries);
  }

  /** Writes what was measured, in pieces of about a tag's window. */
  *text(format: Format): Iterable<string> {
    const { leftOut } = this.#series;
    const isLeftOut = (part: PagePart): boolean => part !== "kept" && leftOut[part] > 0;
    const classLabel = remembered((name: string) => `,${labelPair("class", name)}} `);
    for (const metric of pageMetrics) {
      if (metric.scope === "cell") continue;
      const shown = this.#blocks.filter(({ isOwed }) => !isLeftOut(partOf(metric, isOwed)));
      if (shown.length === 0 && this.#blocks.length > 0) continue;
      yield familyHead(format, { ...metric, type: "gauge" });
      for (const one of shown) yield figures(metric, one, classLabel);
    }
    const { confusion, silentModels } = this.#view;
    if (confusion !== "none" && !isLeftOut("cells")) yield* cells(format, this.#blocks, confusion === "all");
    yield* trafficText(
      format,
      this.#tags.map(({ prefix, snapshot, isOwed }) => ({
        prefix,
        traffic: () => snapshot.traffic,
        hasClasses: isOwed || !isLeftOut("class_samples"),
      })),
    );
    yield* tagText(format, this.#tags, silentModels);
  }
}

/** Writes all quality metrics of a view, however many. */
export function* qualityText(format: Format, view: Omit<QualityView, "maxSeries" | "hasObjectives">): Iterable<string> {
  const page = new QualityPage({ ...view, maxSeries: Number.POSITIVE_INFINITY, hasObjectives: () => true });
  yield* page.measure();
  yield* page.text(format);
}

/** Metrics with the labels of the tag alone. */
const tagMetrics = 3;

/** Most series of a metric in a tag's window. */
function sizeOf({ scope }: PageMetric, { classes, sums }: Pick<Block, "classes" | "sums">): number {
  switch (scope) {
    case "window":
      return 1;
    case "average":
      return sums.counts.samples > 0 ? averages.length : 0;
    case "class":
      return classes.length;
    case "cell":
      return classes.length ** 2;
  }
}

function tagsOnPage({ snapshots, windows, declared, hasObjectives }: QualityView): TagOnPage[] {
  const seen = new Set(snapshots.map((tag) => tag.labels[0]?.value));
  const withoutTags = [...declared.keys()].filter((model) => !seen.has(model));
  const empty = { classes: [], counts: new Float64Array(0), folded: [] };
  const all = [
    ...snapshots,
    ...withoutTags.map((model): TagSnapshot => ({
      labels: [{ name: "model", value: model }],
      outcomes: 0,
      latest: undefined,
      windows: windows.map((window) => ({ window, confusion: empty })),
    })),
  ];
  return all.map((snapshot) => ({
    prefix: prefixOf(snapshot),
    snapshot,
    isOwed: hasObjectives(snapshot.labels[0]?.value ?? ""),
  }));
}

/** Writes the gauges and the counter that have only the tag's labels. */
function* tagText(
  format: Format,
  tags: readonly Pick<TagOnPage, "prefix" | "snapshot">[],
  silent: readonly SilentModel[],
): Iterable<string> {
  const gone = silent.map((snapshot) => ({ prefix: prefixOf(snapshot), snapshot }));
  yield familyHead(format, { ...lastOutcomeMetric, type: "gauge" });
  for (const { prefix, snapshot } of [...tags, ...gone]) {
    const { latest = 0 } = snapshot;
    if (latest > 0) yield `${lastOutcomeMetric.name}${prefix}} ${latest / 1000}\n`;
  }
  let head = familyHead(format, { ...lastPredictionMetric, type: "gauge" });
  for (const { prefix, snapshot } of [...tags, ...gone]) {
    const { latestPrediction } = snapshot;
    if (latestPrediction === undefined) continue;
    yield `${head}${lastPredictionMetric.name}${prefix}} ${latestPrediction / 1000}\n`;
    head = "";
  }
  yield familyHead(format, { ...outcomesMetric, type: "counter" });
  for (const { prefix, snapshot } of tags) yield `${outcomesMetric.name}${prefix}} ${snapshot.outcomes}\n`;
}

function prefixOf({ labels }: Pick<TagSnapshot, "labels">): string {
  return `{${labels.map(({ name, value }) => labelPair(name, value)).join(",")}`;
}

function block(prefix: string, confusion: ConfusionMatrix, declared: readonly string[]) {
  const { counts } = qualityOf(confusion);
  const place = new Map(confusion.classes.map((name, index) => [name, index]));
  const classes = declared.length === 0 ? confusion.classes : [...new Set([...place.keys(), ...declared])].sort();
  return {
    prefix,
    sums: { confusion: { classes: confusion.classes, folded: confusion.folded }, counts },
    classes,
    places: classes.map((name) => place.get(name) ?? -1),
    nonzero: confusion.counts.reduce((cells, count) => (count > 0 ? cells + 1 : cells), 0),
  };
}

function figures(
  metric: Exclude<PageMetric, { readonly scope: "cell" }>,
  { prefix, sums, classes, places }: Block,
  classLabel: (name: string) => string,
): string {
  let text = "";
  switch (metric.scope) {
    case "window": {
      const figure = metric.figure(sums);
      if (figure !== null) text = `${metric.name}${prefix}} ${formatValue(figure)}\n`;
      break;
    }
    case "average":
      for (const average of averages) {
        const figure = metric.figure(sums, average);
        if (figure !== null) text += `${metric.name}${prefix},average="${average}"} ${formatValue(figure)}\n`;
      }
      break;
    case "class": {
      const start = metric.name + prefix;
      classes.forEach((name, index) => {
        const place = places[index] ?? -1;
        const figure = place < 0 ? metric.unseen : metric.figure(sums, place);
        if (figure !== null) text += `${start}${classLabel(name)}${formatValue(figure)}\n`;
      });
      break;
    }
  }
  return text;
}

/** Writes the confusion matrices, by row. */
function* cells(format: Format, blocks: readonly Block[], hasEmpty: boolean): Iterable<string> {
  yield familyHead(format, { ...confusionMetric, type: "gauge" });
  for (const { prefix, matrix, classes, places } of blocks) {
    const { counts, classes: held } = matrix();
    const predicted = classes.map((name) => `,${labelPair("predicted", name)}} `);
    for (const [row, actual] of classes.entries()) {
      const start = `${confusionMetric.name}${prefix},${labelPair("actual", actual)}`;
      const from = places[row] ?? -1;
      let text = "";
      for (let column = 0; column < classes.length; column++) {
        const to = places[column] ?? -1;
        const count = from < 0 || to < 0 ? 0 : (counts[from * held.length + to] ?? 0);
        if (count > 0 || hasEmpty) text += `${start}${predicted[column] ?? ""}${count}\n`;
      }
      yield text;
    }
  }
}

function remembered(make: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let text = known.get(name);
    if (text === undefined) known.set(name, (text = make(name)));
    return text;
  };
}
