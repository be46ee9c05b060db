import { quote } from "../promql/builder.ts";

/** Part of an annotation: fixed text, or a value that is known only when the alert fires. */
export type AnnotationPart =
  | string
  /** Value of a label, after `before`; nothing when the alert has no such label. */
  | { readonly kind: "label"; readonly label: string; readonly before: string }
  /** Value of a label in the query of an address; nothing when the alert has no such label. */
  | { readonly kind: "parameter"; readonly label: string }
  /** Value of the alert's expression. */
  | { readonly kind: "value"; readonly decimals: number }
  /** Value of the alert's expression, a share, as a percentage. */
  | { readonly kind: "percentage" }
  /** Value of the alert's expression, of seconds, as a duration. */
  | { readonly kind: "duration" }
  | QueryPart;

/** Text about the result of a query, which is evaluated when the alert fires; nothing where there is no result. */
export interface QueryPart {
  readonly kind: "query";
  /** Key of the result in `Firing`. */
  readonly key: QueryKey;
  /** PromQL, with `%q` for the values of `labels` in their order, and `%%` for a percent sign. */
  readonly expr: string;
  readonly labels: readonly string[];
  readonly text: readonly ResultPart[];
}

/** What queries in annotations look up: a count, the figure that is compared with, or the largest wrong cell. */
export type QueryKey = "samples" | "reference" | "confusion";

/** Part of the text about a result: fixed text, its value, or the value of one of its labels. */
export type ResultPart =
  | string
  | { readonly kind: "result"; readonly decimals: number }
  | { readonly kind: "resultLabel"; readonly label: string };

/** Result of a query. */
export interface QueryResult {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Annotation of an alert, by parts: written as a template for Prometheus, rendered as text for the rule tests. */
export type Annotation = readonly AnnotationPart[];

/** Data of an alert that fires. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly results: Readonly<Partial<Record<QueryKey, QueryResult>>>;
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

/** Longest value in a text, in characters: whoever writes a log chooses its names, and must not push the rest out of sight. */
const maxShown = 100;
/** What prints a value in one line, without letters that are not seen or turn the order of others round, cut. */
const inOneLine = `reReplaceAll ${quote("[\\pC\\pZ]+")} " " | reReplaceAll ${quote(`^(.{${maxShown - 1}})..+`)} "$1…"`;

/** Writes a value as `inOneLine` does. */
function lineOf(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Z}]+/gu, " ");
  return line.replace(new RegExp(`^(.{${maxShown - 1}})..+`, "u"), "$1…");
}

/** Escapes a value for the query of an address as Go's `urlquery` does. */
export function queryEscape(value: string): string {
  const escaped = encodeURIComponent(value).replace(
    /[!'()*]/gu,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return escaped.replaceAll("%20", "+");
}

function partTemplate(part: AnnotationPart): string {
  if (typeof part === "string") return escapeTemplate(part);
  switch (part.kind) {
    case "label":
      return part.before === ""
        ? `{{ $labels.${part.label} | ${inOneLine} }}`
        : `{{ with $labels.${part.label} }}${escapeTemplate(part.before)}{{ . | ${inOneLine} }}{{ end }}`;
    case "parameter":
      return `{{ $labels.${part.label} | urlquery }}`;
    case "value":
      return `{{ printf ${quote(`%.${part.decimals}f`)} $value }}`;
    case "percentage":
      return "{{ $value | humanizePercentage }}";
    case "duration":
      return "{{ $value | humanizeDuration }}";
    case "query": {
      const values = part.labels.map((label) => ` $labels.${label}`).join("");
      const text = part.text.map(resultTemplate).join("");
      return `{{ range printf ${quote(part.expr)}${values} | query }}${text}{{ end }}`;
    }
  }
}

function resultTemplate(part: ResultPart): string {
  if (typeof part === "string") return escapeTemplate(part);
  return part.kind === "result"
    ? `{{ . | value | printf ${quote(`%.${part.decimals}f`)} }}`
    : `{{ .Labels.${part.label} | ${inOneLine} }}`;
}

function renderPart(part: AnnotationPart, firing: Firing): string {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "label": {
      const value = firing.labels[part.label] ?? "";
      return value === "" ? "" : part.before + lineOf(value);
    }
    case "parameter":
      return queryEscape(firing.labels[part.label] ?? "");
    case "value":
      return toFixedEven(firing.value, part.decimals);
    case "percentage":
      return `${Number((firing.value * 100).toPrecision(4))}%`;
    case "duration":
      return durationText(firing.value);
    case "query": {
      const result = firing.results[part.key];
      return result === undefined ? "" : part.text.map((one) => renderResult(one, result)).join("");
    }
  }
}

function renderResult(part: ResultPart, { value, labels = {} }: QueryResult): string {
  if (typeof part === "string") return part;
  return part.kind === "result" ? toFixedEven(value, part.decimals) : lineOf(labels[part.label] ?? "");
}

/** Writes seconds as Prometheus' `humanizeDuration` does, for a minute or more. */
function durationText(value: number): string {
  const seconds = Math.trunc(value);
  const parts: readonly [count: number, unit: string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(Math.max(0, first))
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
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
