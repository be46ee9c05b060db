import { quote } from "../promql/builder.ts";

/** A piece of an annotation: fixed text, or something that only the alert knows when it fires. */
export type AnnotationPart =
  | string
  /** The value of a label, after `before`; nothing at all when the alert has no such label. */
  | { readonly kind: "label"; readonly label: string; readonly before: string }
  /** The value of the alert's expression. */
  | { readonly kind: "value"; readonly decimals: number }
  /** The value of another series with the same labels, as a whole number. */
  | { readonly kind: "series"; readonly name: string; readonly labels: readonly string[] };

/** An annotation, piece by piece: written as a template for Prometheus, or rendered for the rule tests. */
export type Annotation = readonly AnnotationPart[];

/** What an alert knows when it fires. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** By the name of the series. */
  readonly series: Readonly<Record<string, number>>;
}

/** The message as Prometheus' template; fixed text stays what it is, braces and all. */
export function annotationTemplate(message: Annotation): string {
  return message.map(pieceTemplate).join("");
}

/** Text that a template prints as it is. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("{", '{{ "{" }}');
}

/** The message as it reads when the alert fires. */
export function renderAnnotation(message: Annotation, firing: Firing): string {
  return message.map((piece) => pieceText(piece, firing)).join("");
}

function pieceTemplate(piece: AnnotationPart): string {
  if (typeof piece === "string") return escapeTemplate(piece);
  switch (piece.kind) {
    case "label":
      return piece.before === ""
        ? `{{ $labels.${piece.label} }}`
        : `{{ with $labels.${piece.label} }}${escapeTemplate(piece.before)}{{ . }}{{ end }}`;
    case "value":
      return `{{ printf ${quote(`%.${piece.decimals}f`)} $value }}`;
    case "series": {
      const matchers = piece.labels.map((label) => `${label}=%q`).join(",");
      const values = piece.labels.map((label) => ` $labels.${label}`).join("");
      const found = `printf ${quote(`${piece.name}{${matchers}}`)}${values} | query`;
      return `{{ range ${found} }}{{ . | value | printf "%.0f" }}{{ end }}`;
    }
  }
}

function pieceText(piece: AnnotationPart, firing: Firing): string {
  if (typeof piece === "string") return piece;
  switch (piece.kind) {
    case "label": {
      const value = firing.labels[piece.label] ?? "";
      return value === "" ? "" : piece.before + value;
    }
    case "value":
      return fixed(firing.value, piece.decimals);
    case "series":
      return (firing.series[piece.name] ?? 0).toFixed(0);
  }
}

/** As Go prints `%.4f`: a value right between two goes to the even one, where `toFixed` goes up. */
function fixed(value: number, decimals: number): string {
  const scaled = value * 10 ** decimals;
  // Only a multiple of a power of two can be right between two decimal fractions of that length.
  const between = Number.isInteger(value * 2 ** (decimals + 1)) && Math.abs(scaled % 1) === 0.5;
  if (!between) return value.toFixed(decimals);
  const down = Math.floor(scaled);
  return ((down % 2 === 0 ? down : down + 1) / 10 ** decimals).toFixed(decimals);
}
