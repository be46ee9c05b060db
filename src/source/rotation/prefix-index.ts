import type { PrefixChecksums } from "../identity/prefix-checksums.ts";

/** What is known of the first bytes of a file. */
export interface Prefix {
  readonly checksums: PrefixChecksums;
  /** Number of these bytes. */
  readonly size: number;
  /** Hash of the last of them; empty if unknown. */
  readonly tail: string;
}

/** Files of one size and with the same last bytes that are looked at. */
const mostExact = 4;

/** A file, and how far what is known of it goes. */
interface Entry<T> {
  readonly file: T;
  readonly size: number;
}

/** Files whose known checksums end at the same position. */
class Node<T> {
  /** Ordered by size. */
  readonly ending: Entry<T>[] = [];
  readonly longer = new Map<number, Node<T>>();
}

/**
 * Files by the checksums of what they begin with: finds those that may begin like another one without comparing it with
 * each, however many there are.
 */
export class PrefixIndex<T> {
  readonly #root = new Node<T>();
  /** By size and the last bytes. */
  readonly #exact = new Map<string, T[]>();

  /** Adds a file by what is known of it: checksums, up to which size, and the last bytes before that. */
  add(file: T, { checksums, size, tail }: Prefix): void {
    const key = `${size} ${tail}`;
    this.#exact.set(key, [...(this.#exact.get(key) ?? []), file].slice(-mostExact));
    let node = this.#root;
    for (const sum of checksums) {
      const next = node.longer.get(sum) ?? new Node<T>();
      node.longer.set(sum, next);
      node = next;
    }
    node.ending.splice(placeOf(node.ending, size), 0, { file, size });
  }

  /** The files that agree with these checksums as far as both are known: at most so many, the nearest in size. */
  nearest({ checksums, size, tail }: Prefix, most: number): T[] {
    const exact = this.#exact.get(`${size} ${tail}`) ?? [];
    const near: Entry<T>[] = [];
    let node: Node<T> | undefined = this.#root;
    for (const sum of checksums) {
      near.push(...around(node.ending, size, most));
      node = node.longer.get(sum);
      if (node === undefined) break;
    }
    if (node !== undefined) near.push(...below(node, size, most));
    const nearest = near
      .sort((a, b) => Math.abs(a.size - size) - Math.abs(b.size - size))
      .slice(0, most)
      .map(({ file }) => file);
    return [...new Set([...exact, ...nearest])];
  }
}

/** Files at a node and below it, those that end soonest first: they are the nearest in size. */
function below<T>(start: Node<T>, size: number, most: number): Entry<T>[] {
  const near: Entry<T>[] = [];
  const nodes = [start];
  for (const node of nodes) {
    near.push(...around(node.ending, size, most));
    if (near.length >= most || nodes.length > most) break;
    nodes.push(...[...node.longer.values()].slice(0, most));
  }
  return near;
}

function around<T>(entries: readonly Entry<T>[], size: number, most: number): readonly Entry<T>[] {
  if (entries.length <= most) return entries;
  const place = placeOf(entries, size);
  return entries.slice(Math.max(0, place - most), place + most);
}

/** First place of an entry that is as large. */
function placeOf<T>(entries: readonly Entry<T>[], size: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((entries[middle]?.size ?? Infinity) < size) low = middle + 1;
    else high = middle;
  }
  return low;
}
