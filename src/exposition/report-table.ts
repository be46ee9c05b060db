import Table from "cli-table3";
import {
  averagedMetrics,
  classMetrics,
  windowMetrics,
  type AveragedMetric,
  type AveragedWord,
} from "../quality/metrics.ts";
import { printableText } from "../decode/printable.ts";
import type { Verdict } from "../objectives/judge.ts";
import { worstFirst, type ObjectiveReport } from "./objective-report.ts";
import type { CoverageReport, Report, TagReport, TrafficReport, WindowReport } from "./report.ts";

/** Formats a report as tables: values rounded to four places, `-` for undefined ones. */
export function reportTable(report: Report): string {
  const { read, accepted, rejected, skipped } = report.lines;
  const lines = `Lines: ${read} read, ${accepted} accepted${byReason("skipped", skipped)}${byReason("rejected", rejected)}\n`;
  if (report.tags.length === 0 && report.join === undefined)
    return `No outcomes: no line held both a prediction and its label.\n${lines}${orderText(report.order)}`;
  const others = orderText(report.order) + undeclaredText(report.undeclared) + joinText(report.join);
  const tags = report.tags.map((tag) =>
    tagText(
      tag,
      report.coverage?.find(({ labels }) => labels === tag.labels),
    ),
  );
  return [...tags, lines + others].join("\n");
}

/** Says what became of predictions and labels of separate lines; empty without a join. */
function joinText(join: Report["join"]): string {
  if (join === undefined) return "";
  const { pending, labels, repeated } = join;
  const results = Object.entries(labels).map(([result, count]) => `${count} ${result}`);
  return `Labels: ${results.join(", ") || "none"}; ${repeated} predictions repeated; waiting at the end: ${pending.predictions} predictions, ${pending.labels} labels\n`;
}

/** Tells of what is not in the order of its times; empty when everything is. */
function orderText(order: Report["order"]): string {
  if (order === undefined) return "";
  const { late, crowded } = order.displaced;
  const files = order.asNamed.map(printableText).join(", ");
  return [
    ...(files === "" ? [] : [`Without times, after all others as named: ${files}\n`]),
    ...(late + crowded === 0 ? [] : [`Out of the order of their times: ${late + crowded} events\n`]),
  ].join("");
}

/** Lists undeclared outcomes by model; empty when there are none. */
function undeclaredText(undeclared: Report["undeclared"]): string {
  return Object.entries(undeclared)
    .filter(([, { outcomes }]) => outcomes > 0)
    .map(([model, { outcomes, classes }]) => {
      const names = classes.slice(0, 5).map(quotedName);
      if (classes.length > names.length) names.push("...");
      return `Undeclared classes: ${outcomes} outcomes of ${nameText(model)} (${names.join(", ")})\n`;
    })
    .join("");
}

function byReason(what: string, counts: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
  return reasons.length > 0 ? `, ${what}: ${reasons.join(", ")}` : "";
}

function tagText(tag: TagReport, coverage: CoverageReport | undefined): string {
  const name = Object.entries(tag.labels)
    .map(([label, value]) => `${label}=${nameText(value)}`)
    .join(" ");
  const widest = tag.windows.reduce<WindowReport | undefined>(
    (best, one) => (best === undefined || one.samples > best.samples ? one : best),
    undefined,
  );
  const parts = [name, windowTable(tag.windows)];
  const overflowing = tag.windows.filter(({ overflow }) => overflow > 0);
  if (overflowing.length > 0) {
    const counts = overflowing.map(({ window, overflow }) => `${overflow} in ${window}`);
    parts.push(`outcomes of classes past limits.maxClasses: ${counts.join(", ")}`);
  }
  if (widest !== undefined && widest.classes.length > 0) {
    parts.push(`classes in window ${widest.window}`, classTable(widest));
  }
  const labelled = (coverage?.windows ?? []).flatMap(trafficText);
  if (labelled.length > 0) parts.push("labelled predictions of those that are due", ...labelled);
  if (tag.objectives.length > 0) {
    parts.push("objectives", ...[...tag.objectives].sort(worstFirst).map(objectiveText));
  }
  return `${parts.join("\n")}\n`;
}

/** Says of a window how much of what is due is labelled, by predicted class; empty where nothing is due. */
function trafficText({ window, due, labelled, share, perClass }: TrafficReport): string[] {
  if (share === null) return [];
  const classes = Object.entries(perClass).flatMap(([name, one]) =>
    one.due === null || one.due === 0 ? [] : `${nameText(name)} ${one.labelled} of ${one.due}`,
  );
  const text = classes.length > 10 ? "" : `; predicted ${classes.join(", ")}`;
  return [`  ${window}: ${rounded(share)}, ${labelled} of ${due}${text}`];
}

const verdictMarks: Readonly<Record<Verdict, string>> = {
  missed: "✕ missed ",
  unsure: "≈ unsure ",
  "no data": "∅ no data",
  quiet: "– quiet  ",
  met: "✓ met    ",
};

/** Formats an objective: `✕ missed  recall fraud 1h: 0.7800, min 0.85, 0.7012..0.8434 at 99%, 312 samples`. */
function objectiveText(objective: ObjectiveReport): string {
  const { verdict, metric, class: className, average, window, value, samples, minSamples, interval } = objective;
  const { minLabelled, labelled } = objective;
  const of = [average, metric, className === undefined ? undefined : nameText(className), window];
  const figures = [
    `${of.filter((word) => word !== undefined).join(" ")}: ${rounded(value)}`,
    boundText(objective),
    ...(interval === null
      ? []
      : [
          `${rounded(interval.low)}..${rounded(interval.high)} at ${Number((100 * interval.confidence).toPrecision(6))}%`,
        ]),
    verdict === "quiet" && samples < minSamples ? `${samples} of ${minSamples} samples` : `${samples} samples`,
    ...(verdict === "quiet" && minLabelled !== undefined && typeof labelled === "number" && labelled < minLabelled
      ? [`${rounded(labelled)} of what is due labelled, needs ${minLabelled}`]
      : []),
  ];
  return `  ${verdictMarks[verdict]}  ${figures.join(", ")}`;
}

function boundText({ min, max, maxDrop, maxRise, comparedTo }: ObjectiveReport): string {
  if (min !== undefined) return `min ${min}`;
  if (max !== undefined) return `max ${max}`;
  const bound = maxDrop === undefined ? `maxRise ${maxRise ?? 0}` : `maxDrop ${maxDrop}`;
  if (comparedTo === undefined) return bound;
  if ("version" in comparedTo) return `${bound} from version ${nameText(comparedTo.version)}`;
  return "ago" in comparedTo ? `${bound} from ${comparedTo.ago} ago` : `${bound} from ${comparedTo.value}`;
}

function windowTable(windows: readonly WindowReport[]): string {
  const macro = averagedMetrics.flatMap(({ word, shown }: AveragedMetric<AveragedWord>) =>
    shown === undefined ? [] : [{ word, head: `macro ${shown.letter}` }],
  );
  const heads = [...windowMetrics.map(({ column }) => column), ...macro.map(({ head }) => head)];
  const table = new Table({
    head: ["window", "samples", ...heads],
    style: { head: [], border: [] },
    colAligns: ["left", ...Array.from({ length: heads.length + 1 }, () => "right" as const)],
  });
  for (const one of windows) {
    const figures = [
      ...windowMetrics.map(({ word }) => one[word]),
      ...macro.map(({ word }) => one.averages.macro[word]),
    ];
    table.push([one.window, one.samples, ...figures.map(rounded)]);
  }
  return table.toString();
}

/** Formats metrics and the confusion matrix by class; omits the matrix when it is too wide for a screen. */
function classTable({ classes, confusion, perClass }: WindowReport): string {
  const columns = classes.length <= 10 ? classes : [];
  const shown = classMetrics.filter((metric) => metric.shown !== undefined);
  const heads = shown.map(({ title }) => title);
  const table = new Table({
    head: ["actual \\ predicted", ...columns.map(cellText), ...heads, "support"],
    style: { head: [], border: [] },
    colAligns: ["left", ...Array.from({ length: columns.length + heads.length + 1 }, () => "right" as const)],
  });
  classes.forEach((name, row) => {
    const figures = perClass[name];
    const cells = columns.map((_column, column) => confusion[row]?.[column] ?? 0);
    const ofClass = shown.map(({ word }) => rounded(figures?.[word]));
    table.push([cellText(name), ...cells, ...ofClass, figures?.support ?? 0]);
  });
  return table.toString();
}

/** A name among other words: in quotes where it could be taken for several, or for another label. */
function nameText(name: string): string {
  return /^$|[\s"=]/u.test(name) ? quotedName(name) : printableText(name);
}

function quotedName(name: string): string {
  return printableText(JSON.stringify(name));
}

/** A name in a cell of a table, which must not draw the table's lines. */
function cellText(name: string): string {
  return printableText(name).replaceAll(/[\u2500-\u257f]/gu, (line) => `\\u{${line.charCodeAt(0).toString(16)}}`);
}

function rounded(figure: number | null | undefined): string {
  return figure === null || figure === undefined ? "-" : figure.toFixed(4);
}
