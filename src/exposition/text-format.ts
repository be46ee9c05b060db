/** Supported exposition formats. */
export const formats = {
  text: { contentType: "text/plain; version=0.0.4; charset=utf-8" },
  openmetrics: { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8" },
} as const;

/** Name of an exposition format. */
export type Format = keyof typeof formats;

/** Types of metrics. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/** Output built by appending, which is cheaper than joining an array of 100,000 lines. */
export interface Page {
  text: string;
}

/**
 * Writes the HELP and TYPE lines of a metric family. `name` is the sample name in Prometheus; OpenMetrics omits `_total`
 * from the family name of a counter.
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

/** Completes the page; OpenMetrics requires an end marker. */
export function endPage(page: Page, format: Format): string {
  return format === "openmetrics" ? `${page.text}# EOF\n` : page.text;
}

/** Formats `name="value"` with escapes of both formats; lone surrogates become U+FFFD in UTF-8. */
export function labelPair(name: string, value: string): string {
  return `${name}="${/[\\"\n]/u.test(value) ? value.replace(/\\/gu, "\\\\").replace(/"/gu, '\\"').replace(/\n/gu, "\\n") : value}"`;
}

/** Writes one sample. */
export function writeSample(
  page: Page,
  name: string,
  labels: Readonly<Partial<Record<string, string | number>>>,
  value: number,
): void {
  const pairs = Object.entries(labels).map(([label, text]) => labelPair(label, labelText(label, text)));
  page.text += `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${formatValue(value)}\n`;
}

/** Formats integer bucket bounds and quantiles as floats (`1.0`), which OpenMetrics requires. */
function labelText(label: string, value: unknown): string {
  const text = String(value);
  return (label === "le" || label === "quantile") && /^-?\d+$/u.test(text) ? `${text}.0` : text;
}

/** Formats a value in full precision, so that parsing it gives the same double. */
export function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
