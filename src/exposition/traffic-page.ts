import { trafficMetrics } from "../quality/counts.ts";
import { labelledShare, type ClassTraffic, type Traffic, type WindowTraffic } from "../window/coverage.ts";
import { beginFamily, labelPair, type Format, type Page } from "./text-format.ts";

/** A tag whose traffic is counted, with the opening of its label sets. */
export interface TaggedTraffic {
  readonly prefix: string;
  readonly traffic: Traffic;
}

type Line = (labels: string, value: number) => void;

/** Writes how much of the traffic is labelled; nothing where no traffic is counted. */
export function writeTraffic(page: Page, format: Format, tags: readonly TaggedTraffic[]): void {
  if (tags.length === 0) return;
  const write = (metric: (typeof trafficMetrics)[keyof typeof trafficMetrics], lines: (line: Line) => void): void => {
    beginFamily(page, format, { ...metric, type: "gauge" });
    lines((labels, value) => {
      page.text += `${metric.name}${labels}} ${value}\n`;
    });
  };
  const byClass = (
    line: Line,
    isShown: (window: WindowTraffic) => boolean,
    value: (of: ClassTraffic) => number,
  ): void => {
    for (const { prefix, traffic } of tags) {
      for (const [label, window] of traffic.windows) {
        if (!isShown(window)) continue;
        const start = `${prefix},${labelPair("window", label)},`;
        for (const one of window.classes) line(start + labelPair("class", one.class), value(one));
      }
    }
  };
  const byAge = (line: Line, value: "predictions" | "labelled"): void => {
    for (const { prefix, traffic } of tags) {
      for (const one of traffic.ages) line(`${prefix},${labelPair("age", one.age)}`, one[value]);
    }
  };
  const hasDue = (window: WindowTraffic): boolean => window.hasDue;
  write(trafficMetrics.traffic, (line) => {
    byClass(
      line,
      () => true,
      (one) => one.predictions,
    );
  });
  write(trafficMetrics.due, (line) => {
    byClass(line, hasDue, (one) => one.due);
  });
  write(trafficMetrics.labelled, (line) => {
    byClass(line, hasDue, (one) => one.labelled);
  });
  write(trafficMetrics.share, (line) => {
    for (const { prefix, traffic } of tags) {
      for (const [label, window] of traffic.windows) {
        const share = labelledShare(window);
        if (share !== undefined) line(`${prefix},${labelPair("window", label)}`, share);
      }
    }
  });
  write(trafficMetrics.age, (line) => {
    byAge(line, "predictions");
  });
  write(trafficMetrics.ageLabelled, (line) => {
    byAge(line, "labelled");
  });
}
