/** The two text formats in which metrics are written. */
export const formats = {
  text: { contentType: "text/plain; version=0.0.4; charset=utf-8" },
  openmetrics: { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8" },
} as const;

/** The word for one of the formats. */
export type Format = keyof typeof formats;

/** The types of metric that we write. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** Text that goes on, piece by piece: a page of 100,000 lines is never joined from an array of so many strings. */
export interface Page {
  text: string;
}

/**
 * Begins a metric family: its HELP and TYPE lines. `name` is the name of its samples as Prometheus stores them;
 * OpenMetrics names a counter's family without `_total`.
 */
export function beginFamily(
  page: Page,
  format: Format,
  family: { name: string; help: string; type: MetricType },
): void {
  const counter = format === "openmetrics" && family.type === "counter";
  const name = counter ? family.name.replace(/_total$/u, "") : family.name;
  const help = family.help.replace(/\\/gu, "\\\\").replace(/\n/gu, "\\n");
  page.text += `# HELP ${name} ${format === "openmetrics" ? help.replace(/"/gu, '\\"') : help}\n# TYPE ${name} ${family.type}\n`;
}

/** Ends the page: OpenMetrics says so, the older format does not. */
export function endPage(page: Page, format: Format): string {
  return format === "openmetrics" ? `${page.text}# EOF\n` : page.text;
}

/** `name="value"`, the value escaped as both formats want it; lone surrogates become U+FFFD, as they do in UTF-8. */
export function labelPair(name: string, value: string): string {
  return `${name}="${/[\\"\n]/u.test(value) ? value.replace(/\\/gu, "\\\\").replace(/"/gu, '\\"').replace(/\n/gu, "\\n") : value}"`;
}

/** A value in full precision, so that a reader gets the same double back. */
export function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
