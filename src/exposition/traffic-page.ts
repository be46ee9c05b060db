import { trafficMetrics } from "../quality/counts.ts";
import { labelledShare, type ClassTraffic, type Traffic, type WindowTraffic } from "../window/coverage.ts";
import { familyHead, labelPair, type Format } from "./text-format.ts";

/** A tag with the opening of its label sets, and its traffic where that is counted. */
export interface TaggedTraffic {
  readonly prefix: string;
  readonly traffic: () => Traffic | undefined;
  /** False where those of its classes are left out. */
  readonly hasClasses: boolean;
}

/** Labels after those of the tag, with a value. */
type Line = readonly [labels: string, value: number];

/** Writes how much of the traffic is labelled, in pieces of a tag; nothing where no traffic is counted. */
export function* trafficText(format: Format, tags: readonly TaggedTraffic[]): Iterable<string> {
  if (tags.every(({ traffic }) => traffic() === undefined)) return;
  for (const { name, help, labels, lines } of families) {
    const isOfClass = labels.some((label) => label === "class");
    const shown = tags.filter(({ hasClasses }) => hasClasses || !isOfClass);
    if (shown.length === 0) continue;
    yield familyHead(format, { name, help, type: "gauge" });
    for (const { prefix, traffic } of shown) {
      const counted = traffic();
      if (counted === undefined) continue;
      yield lines(counted)
        .map(([labels, value]) => `${name}${prefix},${labels}} ${value}\n`)
        .join("");
    }
  }
}

/** Counts the series of a tag's traffic: those of its classes, and the others. */
export function trafficSeries(traffic: Traffic | undefined): { readonly ofClasses: number; readonly others: number } {
  if (traffic === undefined) return { ofClasses: 0, others: 0 };
  const windows = [...traffic.windows.values()];
  return {
    ofClasses: windows.reduce((sum, { hasDue: due, classes }) => sum + classes.length * (due ? 3 : 1), 0),
    others: windows.filter(hasDue).length + 2 * traffic.ages.length,
  };
}

const byClass =
  (value: (of: ClassTraffic) => number, isShown: (window: WindowTraffic) => boolean) =>
  ({ windows }: Traffic): Line[] =>
    [...windows].flatMap(([label, window]) =>
      isShown(window)
        ? window.classes.map((one): Line => [
            `${labelPair("window", label)},${labelPair("class", one.class)}`,
            value(one),
          ])
        : [],
    );

const byAge =
  (value: "predictions" | "labelled") =>
  ({ ages }: Traffic): Line[] =>
    ages.map((one) => [labelPair("age", one.age), one[value]]);

const hasDue = (window: WindowTraffic): boolean => window.hasDue;

const shares = ({ windows }: Traffic): Line[] =>
  [...windows].flatMap(([label, window]): Line[] => {
    const share = labelledShare(window);
    return share === undefined ? [] : [[labelPair("window", label), share]];
  });

const families = [
  {
    ...trafficMetrics.traffic,
    lines: byClass(
      (one) => one.predictions,
      () => true,
    ),
  },
  { ...trafficMetrics.due, lines: byClass((one) => one.due, hasDue) },
  { ...trafficMetrics.labelled, lines: byClass((one) => one.labelled, hasDue) },
  { ...trafficMetrics.share, lines: shares },
  { ...trafficMetrics.age, lines: byAge("predictions") },
  { ...trafficMetrics.ageLabelled, lines: byAge("labelled") },
];
