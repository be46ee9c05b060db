import { quote } from "../promql/builder.ts";

/** Part of an annotation: fixed text, or a value that is known only when the alert fires. */
export type AnnotationPart =
  | string
  /** Value of a label, after `before`; nothing when the alert has no such label. */
  | { readonly kind: "label"; readonly label: string; readonly before: string }
  /** Value of the alert's expression. */
  | { readonly kind: "value"; readonly decimals: number }
  /** Value of another series with the same labels, as a whole number. */
  | { readonly kind: "series"; readonly name: string; readonly labels: readonly string[] };

/** Annotation of an alert, by parts: written as a template for Prometheus, rendered as text for the rule tests. */
export type Annotation = readonly AnnotationPart[];

/** Data of an alert that fires. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Values of other series, by name. */
  readonly series: Readonly<Record<string, number>>;
}

/** Writes an annotation as a template of Prometheus; braces in fixed text are escaped. */
export function annotationTemplate(annotation: Annotation): string {
  return annotation.map(partTemplate).join("");
}

/** Escapes text so that a template prints it unchanged. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("{", '{{ "{" }}');
}

/** Renders an annotation as Prometheus does when the alert fires. */
export function renderAnnotation(annotation: Annotation, firing: Firing): string {
  return annotation.map((part) => renderPart(part, firing)).join("");
}

function partTemplate(part: AnnotationPart): string {
  if (typeof part === "string") return escapeTemplate(part);
  switch (part.kind) {
    case "label":
      return part.before === ""
        ? `{{ $labels.${part.label} }}`
        : `{{ with $labels.${part.label} }}${escapeTemplate(part.before)}{{ . }}{{ end }}`;
    case "value":
      return `{{ printf ${quote(`%.${part.decimals}f`)} $value }}`;
    case "series": {
      const matchers = part.labels.map((label) => `${label}=%q`).join(",");
      const values = part.labels.map((label) => ` $labels.${label}`).join("");
      const found = `printf ${quote(`${part.name}{${matchers}}`)}${values} | query`;
      return `{{ range ${found} }}{{ . | value | printf "%.0f" }}{{ end }}`;
    }
  }
}

function renderPart(part: AnnotationPart, firing: Firing): string {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "label": {
      const value = firing.labels[part.label] ?? "";
      return value === "" ? "" : part.before + value;
    }
    case "value":
      return toFixedEven(firing.value, part.decimals);
    case "series":
      return (firing.series[part.name] ?? 0).toFixed(0);
  }
}

/** Rounds as Go's `%.4f` does: half to even, where `toFixed` rounds half up. */
function toFixedEven(value: number, decimals: number): string {
  const scaled = value * 10 ** decimals;
  // Only a multiple of a power of two can be exactly half-way between two decimal fractions of that length.
  const isHalf = Number.isInteger(value * 2 ** (decimals + 1)) && Math.abs(scaled % 1) === 0.5;
  if (!isHalf) return value.toFixed(decimals);
  const down = Math.floor(scaled);
  return ((down % 2 === 0 ? down : down + 1) / 10 ** decimals).toFixed(decimals);
}
