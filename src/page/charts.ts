import type { ObjectiveReport } from "../exposition/objective-report.ts";
import { metricOf } from "../quality/metrics.ts";
import type { Slice } from "../window/history.ts";
import { html, type Html } from "./html.ts";
import { count, duration, ratio } from "./words.ts";

/** Lower ends of the scale of an accuracy: the highest that holds all is taken, so that it seldom changes. */
const scales = [0.98, 0.9, 0.8, 0.5, 0];

function scaleOf(history: readonly Slice[]): number {
  const least = Math.min(1, ...history.map(accuracyOf));
  return scales.find((end) => end <= least) ?? 0;
}

function accuracyOf({ samples, correct }: Slice): number {
  return samples === 0 ? 0 : correct / samples;
}

/** Places of the slices, at their middle, in a box of this size. */
function points(history: readonly Slice[], width: number, height: number): readonly (readonly [number, number])[] {
  const [from, to] = spanOf(history);
  const least = scaleOf(history);
  return history.map((slice) => {
    const middle = (slice.from + slice.to) / 2;
    const x = ((middle - from) / (to - from)) * width;
    return [round(x), round(height - ((accuracyOf(slice) - least) / (1 - least)) * height)];
  });
}

function spanOf(history: readonly Slice[]): readonly [from: number, to: number] {
  return [history[0]?.from ?? 0, history.at(-1)?.to ?? 1];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Draws the accuracy over a window in the space of a word; nothing where there is no line to draw. */
export function sparkline(history: readonly Slice[]): Html | undefined {
  if (history.length < 2) return undefined;
  const line = points(history, 60, 20)
    .map((point) => point.join(","))
    .join(" ");
  return html`<svg class="spark" viewBox="0 -1 60 22" aria-hidden="true">
    <polyline class="line" points="${line}" />
  </svg>`;
}

/** Draws the accuracy over a window, with the traffic as bars. */
export function historyChart(history: readonly Slice[], now: number): Html {
  const [width, height] = [330, 74];
  const [from, to] = spanOf(history);
  const least = scaleOf(history);
  const place = (time: number): number => round(((time - from) / (to - from)) * width);
  const rates = history.map((slice) => slice.samples / (slice.to - slice.from));
  const most = Math.max(...rates);
  const bars = history.map((slice, index) => {
    const x = place(slice.from);
    const tall = Math.max(1, round(((rates[index] ?? 0) / most) * 26));
    return html`<rect
      class="bar"
      x="${x}"
      y="${height - tall}"
      width="${Math.max(1, round(place(slice.to) - x - 1))}"
      height="${tall}"
    />`;
  });
  const line = points(history, width, height);
  const shape =
    line.length === 1
      ? line.map(([, y]) => html`<line class="line" x1="0" x2="${width}" y1="${y}" y2="${y}" />`)
      : html`<polyline class="line" points="${line.map((point) => point.join(",")).join(" ")}" />`;
  const ticks = [least, (1 + least) / 2, 1].map((value, index) => {
    return html`<text class="axis" x="${width + 8}" y="${height - (index * height) / 2 + 4}"
      >${value.toFixed(2)}</text
    >`;
  });
  return html`<svg class="hist" viewBox="0 -6 ${width + 40} ${height + 24}" role="img" aria-label="${inWords(history)}">
    ${bars}${shape}${ticks}
    <text class="axis" x="0" y="${height + 15}">${duration((now - from) / 1000)} ago</text>
    <text class="axis end" x="${width}" y="${height + 15}">now</text>
  </svg>`;
}

function inWords(history: readonly Slice[]): string {
  const values = history.map(accuracyOf);
  const [first, last] = [values[0], values.at(-1)];
  const least = Math.min(...values);
  const outcomes = history.reduce((sum, { samples }) => sum + samples, 0);
  return `Accuracy was ${ratio(first)} at first and is ${ratio(last)} now, at least ${ratio(least)}; ${count(outcomes)} outcomes`;
}

/** Draws a figure with its interval and its bound on the range of its metric. */
export function bullet({ metric, value, interval, bound }: ObjectiveReport): Html | undefined {
  if (value === null) return undefined;
  const [least, most] = metricOf(metric).range;
  const at = (of: number): string => `${round(Math.max(0, Math.min(1, (of - least) / (most - least))) * 1000) / 10}%`;
  const words = [
    ratio(value),
    ...(interval === null
      ? []
      : [`${confidence(interval)} interval ${ratio(interval.low)} to ${ratio(interval.high)}`]),
    ...(bound === null ? [] : [`bound ${ratio(bound)}`]),
    `on a scale of ${least} to ${most}`,
  ];
  return html`<svg class="bullet" width="100%" height="22" role="img" aria-label="${words.join(", ")}">
    <line class="track" x1="0" x2="100%" y1="11" y2="11" />
    ${
      interval !== null && html`<line class="int" x1="${at(interval.low)}" x2="${at(interval.high)}" y1="11" y2="11" />`
    }${bound !== null && html`<line class="bound" x1="${at(bound)}" x2="${at(bound)}" y1="1" y2="21" />`}
    <circle class="pt" cx="${at(value)}" cy="11" r="4.5" />
  </svg>`;
}

/** Writes the confidence of an interval: `99%`. */
function confidence({ confidence: of }: { readonly confidence: number }): string {
  return `${Number((of * 100).toPrecision(4))}%`;
}
