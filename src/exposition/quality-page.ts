import { lastOutcomeMetric, lastPredictionMetric, outcomesMetric } from "../quality/counts.ts";
import { averages } from "../quality/metrics.ts";
import { pageMetrics, type ConfusionCells, type PageMetric } from "../quality/page-metrics.ts";
import { qualityOf, type Quality } from "../quality/quality.ts";
import type { WindowSpec } from "../window/options.ts";
import type { SilentModel } from "../window/forgotten-tags.ts";
import type { TagSnapshot } from "../window/tags.ts";
import { writeTraffic } from "./traffic-page.ts";
import { beginFamily, formatValue, labelPair, type Format, type Page } from "./text-format.ts";

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
}

/** Prepared output of one tag in one window. */
interface Block {
  /** Opening of the label set: `{model="fraud",version="v3",window="1h"`. */
  readonly prefix: string;
  readonly quality: Quality;
  /** Classes in the window and declared ones, in code-unit order. */
  readonly classes: readonly string[];
  /** Complete label set of each class. */
  readonly classPrefixes: readonly string[];
  /** Index of each class in the confusion matrix; -1 for a class that is only declared. */
  readonly places: readonly number[];
}

/** Writes all quality metrics of the view; a declared model without tags gets only the label `model`. */
export function writeQuality(
  page: Page,
  format: Format,
  { snapshots, windows, declared, silentModels, confusion }: QualityView,
): void {
  const seen = new Set(snapshots.map((tag) => tag.labels[0]?.value));
  const withoutTags = [...declared.keys()].filter((model) => !seen.has(model));
  const empty = { classes: [], counts: new Float64Array(0), folded: [] };
  const tags = [
    ...snapshots,
    ...withoutTags.map((model): TagSnapshot => ({
      labels: [{ name: "model", value: model }],
      outcomes: 0,
      latest: undefined,
      windows: windows.map((window) => ({ window, confusion: empty })),
    })),
  ].map((tag) => ({ ...tag, prefix: prefixOf(tag) }));
  const blocks = tags.flatMap((tag) => {
    const classes = declared.get(tag.labels[0]?.value ?? "") ?? [];
    return tag.windows.map(({ window, confusion }) =>
      block(`${tag.prefix},${labelPair("window", window.label)}`, qualityOf(confusion), classes),
    );
  });
  for (const metric of pageMetrics) {
    if (metric.scope === "cell" && confusion === "none") continue;
    beginFamily(page, format, { ...metric, type: "gauge" });
    for (const one of blocks) writeBlock(page, metric, one, confusion === "all");
  }
  writeTraffic(
    page,
    format,
    tags.flatMap(({ prefix, traffic }) => (traffic === undefined ? [] : [{ prefix, traffic }])),
  );
  beginFamily(page, format, { ...lastOutcomeMetric, type: "gauge" });
  for (const tag of [...tags, ...silentModels]) {
    if (tag.latest !== undefined && tag.latest > 0)
      page.text += `${lastOutcomeMetric.name}${prefixOf(tag)}} ${tag.latest / 1000}\n`;
  }
  const predicted = [...tags, ...silentModels].filter(({ latestPrediction }) => latestPrediction !== undefined);
  if (predicted.length > 0) beginFamily(page, format, { ...lastPredictionMetric, type: "gauge" });
  for (const { labels, latestPrediction = 0 } of predicted) {
    page.text += `${lastPredictionMetric.name}${prefixOf({ labels })}} ${latestPrediction / 1000}\n`;
  }
  beginFamily(page, format, { ...outcomesMetric, type: "counter" });
  for (const tag of tags) page.text += `${outcomesMetric.name}${tag.prefix}} ${tag.outcomes}\n`;
}

function prefixOf({ labels }: Pick<TagSnapshot, "labels">): string {
  return `{${labels.map(({ name, value }) => labelPair(name, value)).join(",")}`;
}

function block(prefix: string, quality: Quality, declared: readonly string[]): Block {
  const place = new Map(quality.confusion.classes.map((name, index) => [name, index]));
  const classes =
    declared.length === 0 ? quality.confusion.classes : [...new Set([...place.keys(), ...declared])].sort();
  return {
    prefix,
    quality,
    classes,
    classPrefixes: classes.map((name) => `${prefix},${labelPair("class", name)}} `),
    places: classes.map((name) => place.get(name) ?? -1),
  };
}

function writeBlock(
  page: Page,
  metric: PageMetric,
  { prefix, quality, classes, classPrefixes, places }: Block,
  hasEmptyCells: boolean,
): void {
  switch (metric.scope) {
    case "window": {
      const figure = metric.figure(quality);
      if (figure !== null) page.text += `${metric.name}${prefix}} ${formatValue(figure)}\n`;
      return;
    }
    case "average":
      for (const average of averages) {
        const figure = metric.figure(quality, average);
        if (figure !== null) page.text += `${metric.name}${prefix},average="${average}"} ${formatValue(figure)}\n`;
      }
      return;
    case "class":
      classPrefixes.forEach((classPrefix, index) => {
        const place = places[index] ?? -1;
        const figure = place < 0 ? metric.unseen : metric.figure(quality, place);
        if (figure !== null) page.text += `${metric.name}${classPrefix}${formatValue(figure)}\n`;
      });
      return;
    case "cell": {
      const { counts, classes: held } = quality.confusion;
      const predicted = classes.map((name) => `,${labelPair("predicted", name)}} `);
      classes.forEach((actual, row) => {
        const start = `${metric.name}${prefix},${labelPair("actual", actual)}`;
        for (let column = 0; column < classes.length; column++) {
          const from = places[row] ?? -1;
          const to = places[column] ?? -1;
          const count = from < 0 || to < 0 ? 0 : (counts[from * held.length + to] ?? 0);
          if (count > 0 || hasEmptyCells) page.text += `${start}${predicted[column] ?? ""}${count}\n`;
        }
      });
      return;
    }
  }
}
