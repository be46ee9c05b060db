import type { JsonValue } from "../serializable.ts";
import { inlineText, type Language } from "./config-text.ts";

/** Figures of a model that bounds are taken from. */
export interface ModelFigures {
  readonly model: string;
  readonly window: JsonValue;
  readonly samples: number;
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  /** The recall of each class, with the number of its labels. */
  readonly recalls: readonly { readonly class: string; readonly recall: number | null; readonly support: number }[];
}

const mostModels = 5;
/** Fewest labels of a class whose recall is bounded. */
const fewestLabels = 20;

/** Writes objectives with bounds a little below the figures, as comments that become code when their marks are taken away. */
export function objectiveRemarks(figures: readonly ModelFigures[], language: Language): string[] {
  const models = figures.slice(0, mostModels).flatMap((one) => {
    const objectives = objectivesOf(one);
    return objectives.length === 0 ? [] : [[one.model, { team: "ml", objectives }] as const];
  });
  if (models.length === 0) return [];
  const lines: readonly (readonly [string, JsonValue])[] = [
    ["models", Object.fromEntries(models)],
    ["teams", { ml: { warning: ["hook"] } }],
    ["receivers", { hook: { webhook: { url: "http://127.0.0.1:5001/" } } }],
    ["alerting", { defaultReceiver: "hook" }],
  ];
  return [
    "Objectives a little below the figures of this log: take the marks of the next lines away, and say who is told.",
    ...lines.map(([key, value]) => inlineText(key, value, language)),
  ];
}

function objectivesOf({ window, samples, accuracy, macroF1, recalls }: ModelFigures): JsonValue[] {
  const common = { window, severity: "warning" };
  const objectives: JsonValue[] = [];
  const put = (value: number | null, count: number, rest: { readonly [key: string]: JsonValue }): void => {
    const min = value === null ? 0 : boundBelow(value, count);
    if (min > 0) objectives.push({ ...rest, min, ...common });
  };
  put(accuracy, samples, { metric: "accuracy" });
  put(macroF1, samples, { metric: "f1", average: "macro" });
  const [lowest] = recalls
    .filter(({ support }) => support >= fewestLabels)
    .toSorted((a, b) => (a.recall ?? 1) - (b.recall ?? 1));
  if (lowest !== undefined) put(lowest.recall, lowest.support, { metric: "recall", class: lowest.class });
  return objectives;
}

/** A bound of two decimals, two standard errors and a hundredth below a ratio. */
function boundBelow(value: number, count: number): number {
  const error = Math.sqrt((value * (1 - value)) / Math.max(1, count));
  return Math.max(0, Math.floor(100 * (value - 2 * error - 0.01)) / 100);
}
