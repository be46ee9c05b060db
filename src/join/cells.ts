import { isRecord, type Entry, type EntryKey, type JsonValue } from "../serializable.ts";
import { mostCells } from "./id-table.ts";

/** Label values of a tag, found once and not for each event. */
export interface JoinTag {
  readonly key: string;
  readonly labels: readonly string[];
  readonly cells: Map<string | undefined, Map<string | undefined, Cell>>;
}

/** What slots say by number: a tag with a predicted class, an actual one, or both. */
export interface Cell {
  readonly number: number;
  readonly tag: JoinTag;
  readonly predicted: string | undefined;
  readonly actual: string | undefined;
  /** Slots that say it. */
  uses: number;
  /** Index of the last generation with a record that says it. */
  lastIndex: number;
}

/** Most cells at once, and most characters in their classes: far more than models have, so that nobody fills memory. */
const cellLimit = Math.min(mostCells, 2 ** 18);
const textLimit = 2 ** 24;

/** Key prefix of the saved cells. */
export const cellPrefix = "join-cell";

/**
 * Numbers the cells that slots refer to. One that no slot says any more keeps its number until no saved record says it
 * either: a restart reads the records of a slot in their order, those included that a later one replaces.
 */
export class Cells {
  readonly #tagLabels: readonly string[];
  readonly #tags = new Map<string, JoinTag>();
  #last: JoinTag | undefined;
  readonly #cells: (Cell | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;
  #characters = 0;
  readonly #idle = new Set<Cell>();
  readonly #changed = new Set<number>();

  /** `tagLabels` are the names of a tag's labels. */
  constructor(tagLabels: readonly string[]) {
    this.#tagLabels = tagLabels;
  }

  /** Tells whether there is no room for another cell. */
  get isFull(): boolean {
    return this.#size >= cellLimit || this.#characters >= textLimit;
  }

  /** Finds the tag with these label values, or makes it; keeps no reference to them. */
  tag(labels: readonly string[]): JoinTag {
    if (this.#last !== undefined && isSame(this.#last.labels, labels)) return this.#last;
    const key = JSON.stringify(labels);
    return (this.#last = this.#tags.get(key) ?? { key, labels: [...labels], cells: new Map() });
  }

  /** The cell of a tag and classes, made on first use. */
  cell(tag: JoinTag, predicted: string | undefined, actual: string | undefined): Cell {
    const row = this.#row(tag, predicted);
    let cell = row.get(actual);
    if (cell === undefined) {
      cell = this.#put({
        number: this.#free.pop() ?? this.#cells.length,
        tag,
        predicted,
        actual,
        uses: 0,
        lastIndex: -1,
      });
      row.set(actual, cell);
      this.#changed.add(cell.number);
    }
    return cell;
  }

  /** The cell of a number that a slot says; undefined for one that could not be restored. */
  get(number: number): Cell | undefined {
    return this.#cells[number];
  }

  /** Notes that one slot more says the cell, in a record of the generation. */
  use(cell: Cell, index: number): void {
    if (cell.uses++ === 0) this.#idle.delete(cell);
    cell.lastIndex = Math.max(cell.lastIndex, index);
  }

  /** Notes that one slot less says the cell. */
  release(cell: Cell): void {
    if (--cell.uses === 0) this.#idle.add(cell);
  }

  /** Forgets cells that no slot says, and no record from this generation on. */
  forget(oldestIndex: number): void {
    for (const cell of this.#idle) {
      if (cell.lastIndex >= oldestIndex) continue;
      this.#idle.delete(cell);
      this.#remove(cell);
    }
  }

  /** Changed entries since the last call. */
  changes(): Entry[] {
    const entries = [...this.#changed].map((number): Entry => {
      const cell = this.#cells[number];
      return { key: [cellPrefix, number], value: cell && this.#saved(cell) };
    });
    this.#changed.clear();
    return entries;
  }

  /**
   * Restores a saved cell; `spelling` gives the current spelling of a class of a tag. One whose tag has a label that the
   * config no longer has is not restored.
   */
  restore(key: EntryKey, value: JsonValue, spelling: (labels: readonly string[], name: string) => string): void {
    const labels = this.#labelsOf(value);
    if (labels === undefined || !isRecord(value)) return;
    const name = (given: unknown): string | undefined =>
      typeof given === "string" ? spelling(labels, given) : undefined;
    const tag = this.tag(labels);
    const [predicted, actual] = [name(value["predicted"]), name(value["actual"])];
    const cell = this.#put({ number: Number(key[1]), tag, predicted, actual, uses: 0, lastIndex: -1 });
    // Two that are spelt alike by now are found by either number; new slots say the last one.
    this.#row(tag, predicted).set(actual, cell);
  }

  /** Makes numbers between restored cells free again; call it once all are restored. */
  settle(): void {
    this.#cells.forEach((cell, number) => {
      if (cell === undefined) this.#free.push(number);
      else if (cell.uses === 0) this.#idle.add(cell);
    });
  }

  #remove(cell: Cell): void {
    const { number, tag, predicted, actual } = cell;
    const row = tag.cells.get(predicted);
    if (row?.get(actual) === cell) row.delete(actual);
    if (row?.size === 0) tag.cells.delete(predicted);
    if (tag.cells.size === 0) this.#tags.delete(tag.key);
    this.#cells[number] = undefined;
    this.#free.push(number);
    this.#size--;
    this.#characters -= lengthOf(cell);
    this.#changed.add(number);
  }

  #put(cell: Cell): Cell {
    while (this.#cells.length <= cell.number) this.#cells.push(undefined);
    this.#cells[cell.number] = cell;
    this.#size++;
    this.#characters += lengthOf(cell);
    return cell;
  }

  #row(tag: JoinTag, predicted: string | undefined): Map<string | undefined, Cell> {
    if (tag.cells.size === 0) this.#tags.set(tag.key, tag);
    let row = tag.cells.get(predicted);
    if (row === undefined) tag.cells.set(predicted, (row = new Map<string | undefined, Cell>()));
    return row;
  }

  #saved({ tag, predicted, actual }: Cell): JsonValue {
    const labels = Object.fromEntries(this.#tagLabels.map((name, index) => [name, tag.labels[index] ?? ""]));
    return { labels, ...(predicted !== undefined && { predicted }), ...(actual !== undefined && { actual }) };
  }

  #labelsOf(value: JsonValue): string[] | undefined {
    if (!isRecord(value) || !isRecord(value["labels"])) return undefined;
    const named = new Map(Object.entries(value["labels"]));
    const labels = this.#tagLabels.map((name) => {
      const label = named.get(name);
      named.delete(name);
      return typeof label === "string" ? label : "";
    });
    return [...named.values()].some((label) => label !== "") ? undefined : labels;
  }
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  for (let at = 0; at < right.length; at++) if (left[at] !== right[at]) return false;
  return left.length === right.length;
}

function lengthOf({ predicted, actual }: Cell): number {
  return (predicted?.length ?? 0) + (actual?.length ?? 0);
}
