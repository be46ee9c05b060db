import { printableText } from "../decode/printable.ts";
import type { Verdict } from "../objectives/judge.ts";
import { normalQuantile } from "../objectives/normal-quantile.ts";
import type { TagLabels } from "../window/forgotten-tags.ts";
import { html, type Html } from "./html.ts";

/** Characters of a name that are shown. */
const mostShown = 60;

/** Writes a name of the log so that it steers nothing: invisible characters as `\u{202e}`, nothing as `""`, the rest cut off. */
export function shownName(name: string, most = mostShown): string {
  // Blanks at an end are seen only between quotes.
  if (name === "" || name.trim() !== name) return `"${cutOff(name, most)}"`;
  return cutOff(name, most);
}

function cutOff(name: string, most: number): string {
  const start = name.length > most ? `${name.slice(0, most).replace(/\p{Cs}$/u, "")}…` : name;
  return printableText(start);
}

/** Names a tag in a line: `fraud v3 · region=eu`. */
export function tagName(labels: TagLabels): string {
  const [model, rest] = [modelOf(labels), restOf(labels)];
  return rest === "" ? model : `${model} ${rest}`;
}

/** Name of a tag's model. */
export function modelOf(labels: TagLabels): string {
  return shownName(labels.find(({ name }) => name === "model")?.value ?? "");
}

/** Names what of a tag its model does not tell: `v3 · region=eu`. */
export function restOf(labels: TagLabels): string {
  const version = labels.find(({ name }) => name === "version");
  const others = labels.filter(({ name }) => name !== "model" && name !== "version");
  return [
    ...(version === undefined ? [] : [shownName(version.value)]),
    ...others.map(({ name, value }) => `${name}=${shownName(value)}`),
  ].join(" · ");
}

/** State of a tag or an objective. */
export type State = Verdict | undefined;

const looks = {
  missed: { mark: "✕", look: "miss", word: "missed" },
  unsure: { mark: "≈", look: "unsure", word: "unsure" },
  "no data": { mark: "∅", look: "nodata", word: "no data" },
  quiet: { mark: "–", look: "quiet", word: "quiet" },
  met: { mark: "✓", look: "met", word: "met" },
} as const;

/** How a state is shown: a mark that can be told without colour, and a word. */
export function lookOf(state: State): { readonly mark: string; readonly look: string; readonly word: string } {
  return state === undefined ? { mark: "○", look: "quiet", word: "no objectives" } : looks[state];
}

/** Writes a state as its mark and word; `isBrief` keeps the word for those who hear the page. */
export function stateMark(state: State, isBrief = false): Html {
  const { mark, look, word } = lookOf(state);
  return isBrief
    ? html`<span class="st ${look}" title="${word}"
        ><span aria-hidden="true">${mark}</span><span class="vh">${word}</span></span
      >`
    : html`<span class="st ${look}"><span aria-hidden="true">${mark}</span> ${word}</span>`;
}

/** Writes a ratio with three decimals; a dash where it is undefined. */
export function ratio(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(3).replace(/^-0\.000$/u, "0.000");
}

/** Writes a share as whole percent: 0 and 100 only where it is exactly that. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1";
  return share < 1 && share > 0.99 ? ">99" : String(Math.round(share * 100));
}

/** Writes a share as percent with a decimal: 0.0 and 100.0 only where it is exactly that. */
export function finePercent(share: number): string {
  const text = (share * 100).toFixed(1);
  if (text === "0.0" && share > 0) return "<0.1";
  return text === "100.0" && share < 1 ? ">99.9" : text;
}

/** Writes a count with thousands apart. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/gu, ",");
}

/** Writes a count and its noun. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

/** Writes a duration by its largest unit: `3 min`. */
export function duration(seconds: number): string {
  const [unit, of] = units.find(([, length]) => seconds >= length) ?? ["s", 1];
  return `${Math.floor(seconds / of)} ${unit}`;
}

/** Writes a number of bytes: `1.2 MB`. */
export function bytes(value: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return power === 0
    ? `${value} B`
    : `${(value / 1000 ** power).toFixed(1)} ${["kB", "MB", "GB", "TB"][power - 1] ?? ""}`;
}

/** Writes a time in UTC: `2026-01-01 03:00:00 UTC`. */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Names a window: `5m`, `last 1,000`. */
export function windowName(
  window: { readonly label: string } & ({ readonly kind: "time" } | { readonly kind: "last"; readonly size: number }),
): string {
  return window.kind === "time" ? window.label : `last ${count(window.size)}`;
}

/** Tells how often chance alone gives so many standard errors or more: `1 in 4`. */
export function oddsBeyond(z: number): string {
  let [low, high] = [0, 0.5];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (normalQuantile(1 - middle) > z) low = middle;
    else high = middle;
  }
  return `1 in ${count(1 / high)}`;
}
