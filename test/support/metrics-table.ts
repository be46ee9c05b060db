import { healthMetrics, healthPrefix } from "../../src/exposition/health.ts";
import { lastOutcomeMetric, lastPredictionMetric, outcomesMetric, trafficMetrics } from "../../src/quality/counts.ts";
import { pageMetrics, scopeLabels } from "../../src/quality/page-metrics.ts";

/** The list of metrics in docs/metrics.md, from the tables that `/metrics` is written from. */
export function metricsTable(): string {
  return [
    "| metric | further labels | meaning |",
    "| --- | --- | --- |",
    ...pageMetrics.map(({ name, help, scope }) => row(name, scopeLabels[scope], help)),
    ...Object.values(trafficMetrics).map(({ name, help, labels }) => {
      const isOfWindow = labels.some((label) => label === "window");
      return row(
        name,
        labels.filter((label) => label !== "window"),
        isOfWindow ? help : `Without \`window\`. ${help}`,
      );
    }),
    row(lastOutcomeMetric.name, [], `Without \`window\`. ${lastOutcomeMetric.help}`),
    row(lastPredictionMetric.name, [], `Without \`window\`. ${lastPredictionMetric.help}`),
    row(outcomesMetric.name, [], `Counter, without \`window\`. ${outcomesMetric.help}`),
    "",
    "The exporter's own health:",
    "",
    "| metric | labels | meaning |",
    "| --- | --- | --- |",
    ...healthMetrics.map(({ name, labels, help }) => row(healthPrefix + name, labels, help)),
  ].join("\n");
}

/** The part of a page between the markers, which stay, and the page with another part there. */
export function betweenMarkers(page: string): { part: string; withPart: (part: string) => string } {
  const [, before, part, after] = /^(.*<!-- metrics:start -->\n)(.*)(\n<!-- metrics:end -->.*)$/su.exec(page) ?? [];
  if (before === undefined || part === undefined || after === undefined) throw new Error("no metrics markers");
  return { part, withPart: (other) => before + other + after };
}

function row(name: string, labels: readonly string[], meaning: string): string {
  return `| \`${name}\` | ${labels.map((label) => `\`${label}\``).join(", ")} | ${meaning.replaceAll("|", "\\|")} |`;
}
