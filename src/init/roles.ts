import type { Column } from "./columns.ts";
import { factsOf } from "./facts.ts";
import type { FormField } from "./forms.ts";
import { leanOf, namesId, namesModel, namesProgram, namesTime, namesVersion } from "./names.ts";
import { constancy, readingOf, weigh, type Pair, type PredictedAs } from "./pairs.ts";
import type { LogReading } from "./reading.ts";

/** What a log says of events, by the columns that say it. */
export interface Roles {
  /** Undefined in a log of labels. */
  readonly predicted: { readonly column: Column; readonly as: PredictedAs } | undefined;
  /** Undefined in a log of predictions. */
  readonly actual: Column | undefined;
  /** The pair that both make. */
  readonly pair: Pair | undefined;
}

/** Two columns of which the names do not say which is the label. */
export interface Ambiguous {
  readonly ambiguous: readonly [Column, Column];
}

/** Names must speak this much for a column where no other evidence does. */
const sureLean = 2;
const sureKappa = 0.3;
/** Columns that are tried on each side. */
const mostTried = 60;

/** Columns that may be classes of a side; the form may say where. */
function candidates({ columns, form, rows }: LogReading, side: "predicted" | "actual", now: number): readonly Column[] {
  const prefixes = form?.[side];
  const events = rows.filter((row) => row !== undefined).length;
  return columns
    .filter((column) => {
      const { key } = column;
      if (form?.never?.some((never) => key === never || key.startsWith(`${never}.`)) === true) return false;
      if (prefixes !== undefined && !prefixes.some((prefix) => key.startsWith(prefix))) return false;
      const facts = factsOf(column, now);
      const isRare = facts.lines < 0.02 * events || facts.lines === 0;
      if (isRare || namesProgram(key)) return false;
      if (isNamed(form?.id, key) || isNamed(form?.time, key) || isNamed(form?.tells, key)) return false;
      if (column.kind !== "value") return side === "predicted";
      return facts.isClass || (side === "predicted" && facts.isScore);
    })
    .toSorted((a, b) => Math.abs(leanOf(b.key)) - Math.abs(leanOf(a.key)))
    .slice(0, mostTried);
}

function isNamed(fields: readonly string[] | undefined, key: string): boolean {
  return fields?.includes(key) === true;
}

/** Tells whether the form has a place of its own for each side. */
function isApart({ form }: LogReading): boolean {
  return form?.predicted !== undefined && String(form.predicted) !== String(form.actual ?? form.predicted);
}

/** Finds the prediction and the label of the lines; of columns that could be either, both. */
export function findPair(reading: LogReading, now: number): Pair | Ambiguous | undefined {
  if (reading.form?.side === "labels") return undefined;
  const predicted = candidates(reading, "predicted", now);
  const actual = candidates(reading, "actual", now);
  const pairs = predicted.flatMap((one) => actual.flatMap((other) => weigh(one, other, reading.columns, now) ?? []));
  const [best] = pairs.toSorted((a, b) => b.weight - a.weight);
  if (best === undefined) return undefined;
  const lean = leanOf(best.predicted.key) - leanOf(best.actual.key);
  const isPlaced = isApart(reading);
  if (best.as.kind !== "class") return lean >= 1 || isPlaced ? best : undefined;
  const reverse = pairs.find((one) => one.predicted === best.actual && one.actual === best.predicted);
  if (reverse === undefined && isPlaced) return best;
  if (lean >= sureLean || (lean >= 1 && best.kappa >= sureKappa)) return best;
  if (reverse !== undefined && reverse.weight >= best.weight && best.kappa >= sureKappa) {
    return { ambiguous: [best.predicted, best.actual] };
  }
  return undefined;
}

/** Finds the prediction of a log without labels. */
export function findPrediction(reading: LogReading, labels: readonly string[], now: number): Roles["predicted"] {
  const isPlaced = isApart(reading) || reading.form?.side === "predictions";
  const found = candidates(reading, "predicted", now).flatMap((column) => {
    const lean = leanOf(column.key);
    if (lean < 1 && !isPlaced) return [];
    const lines = [...(column.kind === "value" ? column.lines : column.vectors).keys()];
    const as = readingOf(column, labels, lines, reading.columns, undefined, now);
    if (as === undefined) return [];
    return [{ column, as, weight: Math.abs(lean) + (as.kind === "class" ? 1 : 0) - constancy(column, now) }];
  });
  return found.toSorted((a, b) => b.weight - a.weight)[0];
}

/** Finds the label of a log without predictions: the names say it, or the classes of the predictions. */
export function findLabel(reading: LogReading, predicted: ReadonlySet<string>, now: number): Column | undefined {
  const isPlaced = isApart(reading) || reading.form?.side === "labels";
  const found = candidates(reading, "actual", now).flatMap((column) => {
    const { classes } = factsOf(column, now);
    const common = [...classes.keys()].filter((name) => predicted.has(name)).length / Math.max(1, classes.size);
    const lean = -leanOf(column.key);
    const isLabel = isPlaced || lean >= 1 || common >= 0.5;
    return isLabel && (predicted.size === 0 || common > 0)
      ? [{ column, weight: lean + 4 * common - constancy(column, now) }]
      : [];
  });
  return found.toSorted((a, b) => b.weight - a.weight)[0]?.column;
}

/** The columns of the lines that a column of classes is on, one value for each, or one for each of its elements. */
function beside({ columns }: LogReading, each: string | undefined): readonly Column[] {
  return columns.filter((one) => one.kind === "value" && (one.each === undefined || one.each === each));
}

const mostOfLines = 0.95;

/** The columns of the id: several where none is on all lines. */
export function findIds(reading: LogReading, main: Column, time: Column | undefined, now: number): readonly Column[] {
  const events = Math.max(main.lines.size, main.vectors.size);
  const { form } = reading;
  if (form?.id !== undefined) {
    const given = form.id.flatMap((key) => reading.columns.filter((one) => one.key === key && one.kind === "value"));
    const whole = given.findIndex((one) => one.lines.size >= mostOfLines * events);
    return whole < 0 ? given : given.slice(0, whole + 1);
  }
  const found = beside(reading, main.each).filter((column) => {
    const { key, lines } = column;
    if (column === time || lines.size < mostOfLines * events) return false;
    const { distinct, isScore, isTime, values, classes } = factsOf(column, now);
    if (isTime && !namesId(key)) return false;
    const isFraction = [...classes.keys()].some((name) => /^-?\d*\.\d+$/u.test(name));
    return !isScore && !isFraction && (values < 20 ? namesId(key) : distinct > mostOfLines);
  });
  const weight = (one: Column): number => (namesId(one.key) ? 2 : 0) - (one.key.match(/[.[]/gu) ?? []).length / 10;
  const [best] = found.toSorted((a, b) => weight(b) - weight(a));
  return best !== undefined && (namesId(best.key) || found.length === 1) ? [best] : [];
}

/** The column of the time of the events. */
export function findTime(reading: LogReading, main: Column, now: number): Column | undefined {
  const events = Math.max(main.lines.size, main.vectors.size);
  const given = reading.form?.time?.flatMap((key) => reading.columns.find((one) => one.key === key) ?? []) ?? [];
  const isRead = (one: Column): boolean => one.lines.size >= 0.8 * events && factsOf(one, now).isTime;
  const known = given.find(isRead);
  if (known !== undefined) return known;
  const found = beside(reading, main.each).filter(
    (one) => one !== main && isRead(one) && isTimeText(one) && reading.form?.never?.includes(one.key) !== true,
  );
  const weight = (one: Column): number => (namesTime(one.key) ? 2 : 0) + (factsOf(one, now).rises ? 1 : 0);
  return found.toSorted((a, b) => weight(b) - weight(a))[0];
}

/** A number is a time only where its name says so. */
function isTimeText({ key, lines }: Column): boolean {
  const [[value] = []] = lines.values();
  return namesTime(key) || (typeof value === "string" && /^\d{4}-\d\d-\d\d[ T]/u.test(value));
}

/** The field of a label of the tag, by the form or by its name. */
export function findTagField(
  reading: LogReading,
  main: Column,
  label: "model" | "version",
  now: number,
): { readonly column: Column; readonly match?: string } | undefined {
  const events = Math.max(main.lines.size, main.vectors.size);
  const isOn = (one: Column): boolean => one.kind === "value" && one.lines.size >= mostOfLines * events;
  const given: readonly FormField[] = reading.form?.[label] ?? [];
  for (const field of given) {
    const [path, match] = typeof field === "string" ? [field, undefined] : [field.path, field.match];
    const column = reading.columns.find((one) => one.key === path && isOn(one));
    const isFull = column !== undefined && ![...column.lines.values()].some(([value]) => value === "");
    if (isFull && hasMatch(column, match)) return { column, ...(match !== undefined && { match }) };
  }
  const names = label === "model" ? namesModel : namesVersion;
  const column = beside(reading, main.each).find((one) => {
    const { classes, values } = factsOf(one, now);
    const isFew = classes.size <= Math.max(1, Math.min(50, values / 3));
    return isOn(one) && one !== main && names(one.key) && isFew;
  });
  return column && { column };
}

function hasMatch({ lines }: Column, match: string | undefined): boolean {
  if (match === undefined) return true;
  const pattern = new RegExp(match, "u");
  return [...lines.values()].every(([value]) => pattern.test(String(value)));
}
