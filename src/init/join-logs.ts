import { TimeZone } from "../decode/time-zone.ts";
import type { Column, Scalar } from "./columns.ts";
import { factsOf } from "./facts.ts";
import { predictedOn, type PredictedAs } from "./pairs.ts";
import type { LogReading } from "./reading.ts";
import { timeOf } from "./values.ts";

/** The events of one log, of which ids are looked for in another. */
export interface Side {
  readonly reading: LogReading;
  /** The column of its classes. */
  readonly main: Column;
  readonly time: Column | undefined;
  readonly zone: string;
}

/** How labels find their predictions. */
export interface Joining {
  readonly ids: { readonly predictions: readonly Column[]; readonly labels: readonly Column[] };
  /** Share of the ids of the smaller log that are in the other. */
  readonly share: number;
  /** How long after their predictions labels come (ms), in order; empty where times are missing. */
  readonly delays: readonly number[];
}

const fewestMatches = 3;
const leastShare = 0.1;

/** Finds the ids that join two logs, by the share of equal values; undefined where none do. */
export function joinLogs(predictions: Side, labels: Side, now: number): Joining | undefined {
  const own = idCandidates(predictions, now).map((columns) => ({ columns, ids: idsOf(predictions, columns) }));
  let best: (Joining & { readonly weight: number }) | undefined;
  for (const columns of idCandidates(labels, now)) {
    const ids = idsOf(labels, columns);
    for (const other of own) {
      const matches = [...ids.keys()].filter((id) => other.ids.has(id));
      const smaller = Math.min(ids.size, other.ids.size);
      const share = matches.length / Math.max(1, smaller);
      if (matches.length < Math.min(fewestMatches, smaller) || share < leastShare) continue;
      // Of ids that join as many, those that tell more events apart; of one and two columns, one.
      const weight = matches.length - columns.length - other.columns.length;
      if (weight <= (best?.weight ?? -Infinity)) continue;
      const delays = delaysOf(predictions, other.ids, labels, ids, matches, now);
      best = { ids: { predictions: other.columns, labels: columns }, share, delays, weight };
    }
  }
  return best;
}

/** Columns that may be the id of a log: those of its form together, then each one. */
function idCandidates({ reading: { columns, form }, main, time }: Side, now: number): readonly (readonly Column[])[] {
  const given = form?.id?.flatMap((key) => columns.filter((one) => one.key === key && one.kind === "value")) ?? [];
  const single = columns.filter((one) => {
    if (one.kind !== "value" || one === main || one === time) return false;
    const { isScore, distinct, values } = factsOf(one, now);
    const isBeside = one.each === undefined || one.each === main.each || main.each?.startsWith(one.each) === true;
    return isBeside && !isScore && (values < 20 || distinct > 0.3);
  });
  return [...(given.length > 1 ? [given] : []), ...single.map((one) => [one])];
}

/** The ids of the events with the numbers of their lines: of a batch, `ID#0`, `ID#1` and so on. */
function idsOf({ main }: Side, columns: readonly Column[]): Map<string, number> {
  const ids = new Map<string, number>();
  const events: ReadonlyMap<number, readonly unknown[]> = main.kind === "value" ? main.lines : main.vectors;
  for (const [line, values] of events) {
    const found = columns.find((one) => one.lines.get(line)?.some((value) => value !== "") === true);
    const own = found?.lines.get(line) ?? [];
    const isOfEach = found?.each !== undefined;
    values.forEach((_value, at) => {
      const id = isOfEach ? own[at] : own[0];
      if (id === undefined) return;
      ids.set(main.each === undefined || isOfEach || String(id).includes("#") ? String(id) : `${id}#${at}`, line);
    });
  }
  return ids;
}

function delaysOf(
  predictions: Side,
  predicted: ReadonlyMap<string, number>,
  labels: Side,
  labelled: ReadonlyMap<string, number>,
  matches: readonly string[],
  now: number,
): number[] {
  const delays = matches.flatMap((id) => {
    const from = timeOn(predictions, predicted.get(id), now);
    const to = timeOn(labels, labelled.get(id), now);
    return from === undefined || to === undefined ? [] : [to - from];
  });
  return delays.sort((a, b) => a - b);
}

function timeOn({ time, zone }: Side, line: number | undefined, now: number): number | undefined {
  const value: Scalar | undefined = time?.lines.get(line ?? -1)?.[0];
  const found = value === undefined ? undefined : timeOf(value, now);
  if (found === undefined) return undefined;
  return found.hasZone ? found.at : new TimeZone(zone).toUtc(found.at);
}

const durations = [
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["6h", 21_600_000],
  ["24h", 86_400_000],
  ["3d", 259_200_000],
  ["7d", 604_800_000],
  ["14d", 1_209_600_000],
  ["30d", 2_592_000_000],
  ["90d", 7_776_000_000],
] as const;
const longest = "365d";

/** The shortest usual duration with some room above a delay. */
export function roomFor(delayMs: number): string {
  return durations.find(([, ms]) => ms >= 1.25 * delayMs)?.[0] ?? longest;
}

/** The classes of predictions, to tell which field of another log is their label. */
export function predictedClasses(column: Column, as: PredictedAs): Set<string> {
  const lines = column.kind === "value" ? column.lines : column.vectors;
  return new Set([...lines.keys()].flatMap((line) => predictedOn(line, column, as)));
}
