import { isRecord } from "../serializable.ts";
import { cellsOf, jsonOf, packedText, pathSegment, type Packing } from "./values.ts";

/** Where a value lies, in the words of the config. */
export interface Place {
  /** The field that holds a packed text; undefined where nothing is packed. */
  readonly in?: string;
  readonly decode?: readonly Packing[];
  readonly path: string;
}

/** A value of an event as it stands in the line. */
export type Scalar = string | number | boolean;

/** What a column holds: single values, a score for each class, or an object of classes and scores. */
export type ColumnKind = "value" | "scores" | "named scores";

/** A field that lines have, with its values. */
export interface Column {
  /** The path through all that is packed, by which it is known, without the quotes of the config. */
  readonly key: string;
  readonly place: Place;
  readonly kind: ColumnKind;
  /** The array whose elements are events; undefined where the line is one. */
  readonly each: string | undefined;
  /** Its values, by the number of the line; of scores, the vectors. */
  readonly lines: Map<number, Scalar[]>;
  /** Of scores, one vector for each value. */
  readonly vectors: Map<number, (readonly number[])[]>;
  /** Of named scores, the names of the classes. */
  readonly names: Set<string>;
}

/** Limits of what is looked at: lines are hostile. */
const maxDepth = 12;
const maxKeyLength = 120;
const maxColumns = 400;
const maxElements = 1000;
const maxTextLength = 512;
/** Members by which elements of an array are told from each other. */
const namingKeys = ["name", "key", "assessment_name"] as const;
const maxNamed = 50;

/** Collects the columns of lines. */
export class Columns {
  readonly #columns = new Map<string, Column>();

  /** The columns, in the order in which they came. */
  get all(): readonly Column[] {
    return [...this.#columns.values()];
  }

  /** Adds what a line holds. */
  add(line: number, row: unknown): void {
    this.#walk(line, row, { path: "" }, "", undefined, 0);
  }

  #walk(line: number, value: unknown, place: Place, key: string, each: string | undefined, depth: number): void {
    if (depth > maxDepth || value === null || value === undefined) return;
    if (Array.isArray(value)) this.#array(line, value, place, key, each, depth);
    else if (isRecord(value)) this.#object(line, value, place, key, each, depth);
    else if (typeof value === "string") this.#text(line, value, place, key, each, depth);
    else if (typeof value === "number" || typeof value === "boolean") this.#put(line, value, place, key, each);
  }

  #object(
    line: number,
    value: Readonly<Record<string, unknown>>,
    place: Place,
    key: string,
    each: string | undefined,
    depth: number,
  ): void {
    const entries = Object.entries(value).slice(0, maxColumns);
    const numbers = entries.flatMap(([, one]) => (typeof one === "number" ? [one] : []));
    if (numbers.length === entries.length && isDistribution(numbers)) {
      const column = this.#column("named scores", place, key, each);
      const byName = new Map(entries);
      // Their order may change from line to line.
      for (const name of [...byName.keys()].sort()) column?.names.add(name);
      const ordered = [...(column?.names ?? [])].map((name) => Number(byName.get(name) ?? 0));
      column?.vectors.set(line, [...(column.vectors.get(line) ?? []), ordered]);
      return;
    }
    // The encoding of a body stands beside it.
    const encoding = value["encoding"];
    const shape = value["shape"];
    for (const [name, inner] of entries) {
      if (name.length > maxKeyLength || name === "") continue;
      const segment = pathSegment(name);
      const next = { ...place, path: joined(place.path, segment) };
      const nextKey = joined(key, name);
      const packing = typeof inner === "string" && place.decode === undefined ? packingOf(encoding, inner) : undefined;
      const width = Array.isArray(shape) && shape.length === 2 ? Number(shape[1]) : 1;
      if (packing !== undefined && typeof inner === "string") {
        this.#unpacked(line, inner, packing, next, nextKey, each, depth);
      } else if (name === "data" && width > 1 && Array.isArray(inner)) {
        this.#flat(line, inner, width, next, nextKey, each);
      } else this.#walk(line, inner, next, nextKey, each, depth + 1);
    }
  }

  /** Adds a flat matrix, which is cut into rows. */
  #flat(
    line: number,
    values: readonly unknown[],
    width: number,
    place: Place,
    key: string,
    each: string | undefined,
  ): void {
    const numbers = values.slice(0, maxElements * width).flatMap((one) => (typeof one === "number" ? [one] : []));
    if (each !== undefined || numbers.length % width !== 0) return;
    const rows = Array.from({ length: numbers.length / width }, (_row, at) =>
      numbers.slice(at * width, (at + 1) * width),
    );
    if (!rows.every((row) => isDistribution(row, true))) return;
    this.#column("scores", inside(place, "[]"), `${key}[]`, `${key}[]`)?.vectors.set(line, rows);
  }

  #array(
    line: number,
    values: readonly unknown[],
    place: Place,
    key: string,
    each: string | undefined,
    depth: number,
  ): void {
    const numbers = values.flatMap((one) => (typeof one === "number" ? [one] : []));
    if (numbers.length === values.length && isDistribution(numbers)) {
      const column = this.#column("scores", place, key, each);
      column?.vectors.set(line, [...(column.vectors.get(line) ?? []), numbers]);
      return;
    }
    const naming = namingKeys.find((name) => hasNames(values, name));
    if (naming !== undefined) {
      for (const one of values.slice(0, maxNamed)) {
        if (!isRecord(one)) continue;
        const step = `[${naming}=${bracketText(String(one[naming]))}]`;
        this.#walk(line, one, inside(place, step), key + step, each, depth + 1);
      }
      return;
    }
    for (const one of values.slice(0, maxElements)) {
      this.#walk(line, one, inside(place, "[]"), `${key}[]`, `${key}[]`, depth + 1);
    }
  }

  #text(line: number, text: string, place: Place, key: string, each: string | undefined, depth: number): void {
    const packing = place.decode === undefined ? packedText(text) : undefined;
    if (packing === undefined) this.#put(line, text.slice(0, maxTextLength), place, key, each);
    else this.#unpacked(line, text, packing, place, key, each, depth);
  }

  #unpacked(
    line: number,
    text: string,
    packing: readonly Packing[],
    place: Place,
    key: string,
    each: string | undefined,
    depth: number,
  ): void {
    const bare = packing[0] === "base64" ? Buffer.from(text, "base64").toString() : text;
    const next: Place = { in: place.path, decode: packing, path: "" };
    if (packing.at(-1) === "json") {
      this.#walk(line, jsonOf(bare), next, key, each, depth + 1);
      return;
    }
    const rows = cellsOf(bare);
    const [first = []] = rows;
    const numbers = first.map(Number);
    if (rows.length === 1 && isDistribution(numbers)) {
      this.#column("scores", next, key, each)?.vectors.set(line, [numbers]);
      return;
    }
    for (const [at] of first.entries()) {
      const step = `[${at}]`;
      if (rows.length === 1) this.#put(line, first[at] ?? "", inside(next, step), key + step, each);
      // A log of batches has lines of one row too.
      for (const row of rows) this.#put(line, row[at] ?? "", inside(next, `[]${step}`), `${key}[]${step}`, `${key}[]`);
    }
  }

  #put(line: number, value: Scalar, place: Place, key: string, each: string | undefined): void {
    const column = this.#column("value", place, key, each);
    const values = column?.lines.get(line);
    if (values === undefined) column?.lines.set(line, [value]);
    else values.push(value);
  }

  #column(kind: ColumnKind, place: Place, key: string, each: string | undefined): Column | undefined {
    const id = `${kind} ${key}`;
    const known = this.#columns.get(id);
    if (known !== undefined || this.#columns.size >= maxColumns || place.path.length > 4 * maxKeyLength) return known;
    const column = { key, place, kind, each, lines: new Map(), vectors: new Map(), names: new Set<string>() };
    this.#columns.set(id, column);
    return column;
  }
}

function packingOf(encoding: unknown, text: string): readonly Packing[] | undefined {
  switch (typeof encoding === "string" ? encoding.toUpperCase() : "") {
    case "BASE64":
      return /^\s*[[{"]/u.test(Buffer.from(text, "base64").toString()) ? ["base64", "json"] : ["base64", "csv"];
    case "CSV":
      return ["csv"];
    case "JSON":
      return ["json"];
    default:
      return undefined;
  }
}

function hasNames(values: readonly unknown[], name: string): boolean {
  const names = values.map((one) => (isRecord(one) ? one[name] : undefined));
  return (
    values.length > 0 &&
    names.every((one) => typeof one === "string" && one.length <= maxKeyLength) &&
    new Set(names).size === names.length
  );
}

/** Tells whether numbers are the shares of classes. */
function isDistribution(numbers: readonly number[], mayBeWhole = false): boolean {
  if (numbers.length < 2 || numbers.some((one) => !(one >= 0 && one <= 1))) return false;
  const sum = numbers.reduce((all, one) => all + one, 0);
  return Math.abs(sum - 1) < 0.02 && (mayBeWhole || !numbers.every(Number.isInteger));
}

function joined(path: string, segment: string): string {
  return path === "" ? segment : `${path}.${segment}`;
}

function inside(place: Place, step: string): Place {
  return { ...place, path: place.path + step };
}

function bracketText(text: string): string {
  return /^[\w.-]+$/u.test(text) ? text : `"${text.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
