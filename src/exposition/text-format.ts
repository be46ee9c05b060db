/** Supported exposition formats. */
export const formats = {
  text: { contentType: "text/plain; version=0.0.4; charset=utf-8" },
  openmetrics: { contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8" },
} as const;

/** Name of an exposition format. */
export type Format = keyof typeof formats;

/** Types of metrics. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/**
 * Writes the HELP and TYPE lines of a metric family. `name` is the sample name in Prometheus; OpenMetrics omits `_total`
 * from the family name of a counter.
 */
export function familyHead(format: Format, family: { name: string; help: string; type: MetricType }): string {
  const counter = format === "openmetrics" && family.type === "counter";
  const name = counter ? family.name.replace(/_total$/u, "") : family.name;
  const help = family.help.replace(/\\/gu, "\\\\").replace(/\n/gu, "\\n");
  return `# HELP ${name} ${format === "openmetrics" ? help.replace(/"/gu, '\\"') : help}\n# TYPE ${name} ${family.type}\n`;
}

/** End of a page, which OpenMetrics requires. */
export function pageEnd(format: Format): string {
  return format === "openmetrics" ? "# EOF\n" : "";
}

/** Formats `name="value"` with escapes of both formats; lone surrogates become U+FFFD in UTF-8. */
export function labelPair(name: string, value: string): string {
  return `${name}="${/[\\"\n]/u.test(value) ? value.replace(/\\/gu, "\\\\").replace(/"/gu, '\\"').replace(/\n/gu, "\\n") : value}"`;
}

/** Writes one sample. */
export function sampleLine(
  name: string,
  labels: Readonly<Partial<Record<string, string | number>>>,
  value: number,
): string {
  const pairs = Object.entries(labels).map(([label, text]) => labelPair(label, labelText(label, text)));
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${formatValue(value)}\n`;
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
