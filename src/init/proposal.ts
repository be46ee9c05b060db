import { basename } from "node:path";
import type { JsonValue } from "../serializable.ts";
import type { Column } from "./columns.ts";
import type { Block, Entry } from "./config-text.ts";
import { factsOf } from "./facts.ts";
import { valueAt } from "./forms.ts";
import type { PredictedAs } from "./pairs.ts";
import type { LogReading } from "./reading.ts";
import { findIds, findTagField, findTime, type Roles } from "./roles.ts";

/** What is known of a log besides its lines. */
export interface LogFacts {
  /** The glob of the config. */
  readonly glob: string;
  /** When it was last written (Unix milliseconds); undefined for a pipe. */
  readonly written: number | undefined;
  /** The encoding, where it is not UTF-8. */
  readonly encoding: string | undefined;
  /** The time now, and the zone of this machine. */
  readonly now: number;
  readonly zone: string;
}

/** A source of the config as it is proposed. */
export interface Proposal {
  readonly reading: LogReading;
  readonly roles: Roles;
  readonly ids: readonly Column[];
  readonly time: Column | undefined;
  readonly glob: string;
  /** Its keys but for the files. */
  readonly block: Block;
}

/** Values that are shown of a class, and of others. */
const maxNames = 6;
const maxValues = 2;

/** Proposes the source that reads a log; `ids` are those that a join has found. */
export function propose(
  reading: LogReading,
  roles: Roles,
  facts: LogFacts,
  joined?: { readonly ids: readonly Column[]; readonly model?: string },
): Proposal | undefined {
  const main = roles.predicted?.column ?? roles.actual;
  if (main === undefined) return undefined;
  const time = findTime(reading, main, facts.now);
  const found = findIds(reading, main, time, facts.now);
  const repeated = found.find((one) => one.lines.size > 1 && factsOf(one, facts.now).distinct < 0.95);
  const ids = joined?.ids ?? (roles.predicted !== undefined && roles.actual !== undefined && repeated ? [] : found);
  const fields: Entry[] = [
    modelEntry(reading, main, facts, joined?.model),
    ...versionEntry(reading, main, facts),
    predictedEntry(reading, roles.predicted, facts),
    actualEntry(reading, roles.actual, facts),
    ...idEntry(reading, ids, repeated, facts),
    ...timeEntry(reading, time, facts),
  ];
  const { carrier, shape } = reading;
  const isOfLabels = roles.predicted === undefined;
  const entries: Entry[] = [
    ...(facts.encoding === undefined
      ? []
      : [{ key: "encoding", value: facts.encoding, note: "not UTF-8: a guess of what it is written in" }]),
    ...(carrier === undefined ? [] : [{ key: "wrapper", value: carrier.wrapper, note: `carried by ${carrier.name}` }]),
    ...(shape.format === "json" ? [] : [formatEntry(reading)]),
    ...(shape.lines === undefined
      ? []
      : [{ key: "lines", value: shape.lines, note: "other lines stand among them: they are skipped" }]),
    ...whereEntry(reading, roles),
    { key: "fields", value: { entries: isOfLabels ? fields.filter(({ key }) => key !== "model") : fields } },
  ];
  return { reading, roles, ids, time, glob: facts.glob, block: { entries } };
}

function formatEntry({ shape }: LogReading): Entry {
  const { format, textForm } = shape;
  const note = textForm ?? (format === "logfmt" ? "key=value on every line" : "a header and cells on every line");
  return { key: "format", value: format, note };
}

/** A field as the config says it. */
export type FieldInput =
  | string
  | { readonly in: string; readonly decode: string | readonly string[] }
  | { readonly in: string; readonly decode: string | readonly string[]; readonly path: string };

/** Where a column lies, as the config says it. */
function fieldOf({ place }: Column, path = place.path): FieldInput {
  if (place.in === undefined || place.decode === undefined) return path;
  const [only, ...others] = place.decode;
  const decode = only !== undefined && others.length === 0 ? only : place.decode;
  return path === "" ? { in: place.in, decode } : { in: place.in, decode, path };
}

function modelEntry(reading: LogReading, main: Column, { now }: LogFacts, given: string | undefined): Entry {
  const found = findTagField(reading, main, "model", now);
  if (found !== undefined) return { key: "model", value: tagValue(found), note: evidence(found.column, reading, now) };
  const pattern = reading.form?.file?.model;
  if (pattern !== undefined && new RegExp(pattern, "u").test(reading.file)) {
    return { key: "model", value: { file: pattern }, note: "from the path of the file" };
  }
  return {
    key: "model",
    value: { value: given ?? modelName(reading.file) },
    note: "no field names the model: this is the name of the file, put yours here",
  };
}

/** A date in the name of a log, with what parts it from the rest. */
export const dateInName =
  /[-_.]?\d{4}(?<between>[-_.]?)(?:0\d|1[0-2])\k<between>(?:[0-2]\d|3[01])(?:[-_T.]\d\d(?!\d))?/u;

/** A name of the model by that of the log. */
export function modelName(file: string): string {
  const name = basename(file)
    .replace(dateInName, "")
    .replace(/(?:\.(?:log|jsonl?|ndjson|csv|txt|out|gz|zst|\d+))+$/iu, "");
  return /[\p{L}\p{N}]/u.test(name) ? name.replaceAll(/[^\p{L}\p{N}._-]/gu, "_").slice(0, 60) : "model";
}

function versionEntry(reading: LogReading, main: Column, { now }: LogFacts): Entry[] {
  const found = findTagField(reading, main, "version", now);
  if (found !== undefined)
    return [{ key: "version", value: tagValue(found), note: evidence(found.column, reading, now) }];
  const pattern = reading.form?.file?.version;
  if (pattern === undefined || !new RegExp(pattern, "u").test(reading.file)) return [];
  return [{ key: "version", value: { file: pattern }, note: "from the path of the file" }];
}

function tagValue({ column, match }: { readonly column: Column; readonly match?: string }): JsonValue {
  const field = fieldOf(column);
  if (match === undefined) return field;
  return typeof field === "string" ? { path: field, match } : field;
}

function predictedEntry(reading: LogReading, predicted: Roles["predicted"], { now }: LogFacts): Entry {
  if (predicted === undefined) return { key: "predicted", value: null, note: "labels alone" };
  const { column, as } = predicted;
  const field = fieldOf(column);
  const seen = evidence(column, reading, now);
  switch (as.kind) {
    case "class":
      return { key: "predicted", value: field, note: seen };
    case "score": {
      const note = `${seen}; a guess: 0.5 as the threshold, and "${as.above}" above it, where the scores are higher`;
      return { key: "predicted", value: { score: field, threshold: 0.5, below: as.below, above: as.above }, note };
    }
    case "scores": {
      const value = { scores: field, ...classesOf(as) };
      const guess = as.isGuess ? "; a guess: that the scores are in this order of the classes" : "";
      return { key: "predicted", value, note: `${seen}: the class of the highest score${guess}` };
    }
  }
}

function classesOf({ classes, names }: Extract<PredictedAs, { kind: "scores" }>): { readonly classes?: JsonValue } {
  if (classes !== undefined) return { classes };
  if (names === undefined) return {};
  const field = fieldOf(names, names.place.path.replace(/\[\]$/u, ""));
  return { classes: typeof field === "string" ? { path: field } : field };
}

function actualEntry(reading: LogReading, actual: Column | undefined, { now }: LogFacts): Entry {
  if (actual === undefined) return { key: "actual", value: null, note: "no field of this log looks like the label" };
  return { key: "actual", value: fieldOf(actual), note: evidence(actual, reading, now) };
}

function idEntry(
  reading: LogReading,
  ids: readonly Column[],
  repeated: Column | undefined,
  { now }: LogFacts,
): readonly Entry[] {
  const [first, ...others] = ids;
  if (first === undefined) return [];
  const value = others.length === 0 ? fieldOf(first) : ids.map((one) => fieldOf(one));
  const trap = repeated === undefined ? "" : "; it repeats: of events with one id only the first counts";
  return [{ key: "id", value, note: ids.map((one) => evidence(one, reading, now)).join("; else ") + trap }];
}

function timeEntry(reading: LogReading, time: Column | undefined, facts: LogFacts): readonly Entry[] {
  if (time === undefined) return [];
  const { hasZone, latest } = factsOf(time, facts.now);
  const field = fieldOf(time);
  const seen = evidence(time, reading, facts.now);
  if (hasZone) return [{ key: "time", value: field, note: seen }];
  const zone = reading.form?.zone ?? facts.zone;
  const value = typeof field === "string" ? { path: field, zone } : { ...field, zone };
  const guess = reading.form?.zone === undefined ? "a guess, the zone of this machine" : "its times are of this zone";
  return [{ key: "time", value, note: `${seen}, no offset: ${guess}${zoneDoubt(latest, zone, facts)}` }];
}

const halfHour = 1_800_000;

/** Says when the newest line, whose time is given as UTC, and the last write of the file are whole half hours apart. */
function zoneDoubt(latest: number, zone: string, { written }: LogFacts): string {
  if (written === undefined) return "";
  const shown = new Date(latest).toLocaleString("sv-SE", { timeZone: zone });
  const offset = Date.parse(`${shown.replace(" ", "T")}Z`) - Math.floor(latest / 1000) * 1000;
  const apart = written - (latest - offset);
  const steps = Math.round(apart / halfHour);
  if (steps === 0 || Math.abs(steps) > 28 || Math.abs(apart - steps * halfHour) > 60_000) return "";
  return `; the file was last written ${steps / 2} h after its newest line, so the zone may be another`;
}

/** Says what is seen of a column: `3 classes (a, b, c), on 100 % of 150 lines`. */
function evidence(column: Column, { rows }: LogReading, now: number): string {
  const facts = factsOf(column, now);
  const events = rows.filter((row) => row !== undefined).length;
  const share = Math.floor((100 * facts.lines) / Math.max(1, events));
  const lines = `on ${share} % of ${events} lines`;
  if (column.kind !== "value") {
    const [[vector = []] = []] = column.vectors.values();
    return `${vector.length} scores that add up to 1, ${lines}`;
  }
  if (facts.isTime) return `times, ${lines}`;
  if (facts.isScore) return `scores from 0 to 1, ${lines}`;
  const names = [...facts.classes.keys()];
  const most = facts.isClass ? maxNames : maxValues;
  const shown = names
    .slice(0, most)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(", ");
  const values = facts.classes.size > most ? `${shown}, ...` : shown;
  if (names.length === 1) return `always ${shown}, ${lines}`;
  const count = facts.isClass ? `${names.length} classes` : `${Math.round(100 * facts.distinct)} % distinct values`;
  return `${count} (${values}), ${lines}`;
}

const commonTells = ["message", "msg", "event", "type", "kind", "event_type", "action"];

/** Conditions that tell events from other lines of the log: those of the form, or a field that has one value on them. */
function whereEntry({ form, shape, rows, where: fixed }: LogReading, { predicted, actual }: Roles): Entry[] {
  const where: Record<string, JsonValue> = { ...fixed };
  const own = new Set(
    [predicted?.column, actual].flatMap((one) => (one ? [...one.lines.keys(), ...one.vectors.keys()] : [])),
  );
  for (const path of form?.tells ?? commonTells) {
    const ofEvents = new Map<string, number>();
    const ofOthers = new Set<string>();
    shape.rows.forEach((row, line) => {
      const value = row === undefined ? undefined : valueAt(row, path);
      if (row === undefined || (rows[line] === undefined && Object.keys(fixed).length > 0)) return;
      const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
      if (own.has(line)) ofEvents.set(text, (ofEvents.get(text) ?? 0) + 1);
      else ofOthers.add(text);
    });
    const [value, ...more] = ofEvents.keys();
    if (value === undefined || value === "" || value.length > 100 || more.length > 0) continue;
    if (ofOthers.size > 0 && !ofOthers.has(value)) {
      where[path] = value;
      break;
    }
  }
  const keys = Object.keys(where);
  if (keys.length === 0) return [];
  const note = keys.some((key) => !Object.hasOwn(fixed, key))
    ? "lines of events have this value, and others do not: they are skipped"
    : "which of its lines are events";
  return [{ key: "where", value: where, note }];
}
