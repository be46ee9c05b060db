import { normalQuantile } from "../objectives/normal-quantile.ts";
import { standardError } from "../objectives/standard-error.ts";
import { wilsonInterval } from "../objectives/wilson.ts";
import {
  accuracy,
  averagedMetrics,
  metrics,
  windowMetrics,
  type Average,
  type ClassMetric,
  type WindowMetric,
} from "../quality/metrics.ts";
import { averageFigure, classFigure, compute, windowFigure, type Quality } from "../quality/quality.ts";
import { html, type Html } from "./html.ts";
import { ratio, shownName } from "./words.ts";

/** Confidence of the intervals, two-sided. */
const z = normalQuantile(0.975);

interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly interval: readonly [low: number, high: number] | undefined;
}

/** Renders the figures of a window, and those of the class that is looked at. */
export function figuresPanel(quality: Quality, of: string | undefined): Html {
  const index = of === undefined ? -1 : quality.confusion.classes.indexOf(of);
  const rows = [...(index < 0 ? [] : classFigures(quality, index)), ...windowFigures(quality)];
  return html`<section class="panel" id="figures" aria-label="Figures">
    <h2>Figures, with 95% intervals</h2>
    <table class="fig">
      <tbody>
        ${rows.map(
          ({ name, value, interval }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${ratio(value)}</td>
              <td>${interval && `${ratio(interval[0])} – ${ratio(interval[1])}`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function windowFigures(quality: Quality): readonly Figure[] {
  const [first, ...others] = windowMetrics.map((metric): Figure => {
    const value = windowFigure(metric, quality);
    return { name: capital(metric.title), value, interval: intervalOf(metric, value, quality) };
  });
  const f1 = averagedMetrics.find(({ word }) => word === "f1");
  const averaged = (["macro", "weighted"] as const satisfies readonly Average[]).flatMap((average): Figure[] => {
    if (f1 === undefined) return [];
    const value = averageFigure(f1, average, quality);
    return [{ name: capital(`${average} ${f1.title}`), value, interval: errorInterval(f1, value, quality, average) }];
  });
  return [...(first ? [first] : []), ...averaged, ...others];
}

/** Precision, recall and F1 of a class. */
function classFigures(quality: Quality, index: number): readonly Figure[] {
  const name = shownName(quality.confusion.classes[index] ?? "");
  return metrics.flatMap((metric): Figure[] => {
    if (metric.scope !== "class" || metric.shown === undefined) return [];
    const value = classFigure(metric, quality, index);
    return [
      {
        name: `${capital(metric.title)} of ${name}`,
        value,
        interval: proportionInterval(metric, value, quality, index),
      },
    ];
  });
}

function intervalOf(metric: WindowMetric, value: number | null, quality: Quality): Figure["interval"] {
  return metric.word === accuracy.word
    ? proportionInterval(metric, value, quality)
    : errorInterval(metric, value, quality, undefined);
}

function proportionInterval(
  { proportion }: WindowMetric | ClassMetric,
  value: number | null,
  { counts }: Quality,
  index?: number,
): Figure["interval"] {
  const of = index === undefined ? counts : counts.classes[index];
  if (value === null || proportion === undefined || of === undefined) return undefined;
  const [low, high] = wilsonInterval(compute(proportion.successes, of) ?? 0, compute(proportion.trials, of) ?? 0, z);
  return [proportion.value(low), proportion.value(high)];
}

function errorInterval(
  metric: WindowMetric | ClassMetric,
  value: number | null,
  quality: Quality,
  average: Average | undefined,
): Figure["interval"] {
  const word = metrics.find((one) => one.word === metric.word)?.word;
  const error = word === undefined || value === null ? undefined : standardError({ metric: word, average }, quality);
  if (error === undefined || value === null) return undefined;
  const [least, most] = metric.range;
  return [Math.max(least, value - z * error), Math.min(most, value + z * error)];
}

function capital(text: string): string {
  return text.replace(/^./u, (letter) => letter.toUpperCase());
}
