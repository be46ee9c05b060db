import { isRecord } from "../serializable.ts";

/** A level of fields: the names, each with the level below it. */
export interface FieldLevel {
  readonly below: ReadonlyMap<string, FieldLevel>;
}

/** Lines to look at, names per level, and levels: enough to see what a mapping misses. */
const maxLines = 100;
const maxNames = 100;
const maxDepth = 8;

class Level implements FieldLevel {
  readonly below = new Map<string, Level>();
}

/** Names of the fields in lines that lack a mapped field, to tell what was meant. */
export class FieldSurvey {
  #top = new Level();
  #lines = 0;

  /** True while further lines are wanted. */
  get isOpen(): boolean {
    return this.#lines < maxLines;
  }

  /** Fields seen since the last restart. */
  get top(): FieldLevel {
    return this.#top;
  }

  /** Starts anew with the next line. */
  restart(): void {
    this.#top = new Level();
    this.#lines = 0;
  }

  /** Takes a line: an object of its fields. */
  take(fields: unknown): void {
    this.#lines++;
    merge(this.#top, fields, maxDepth);
  }
}

function merge({ below }: Level, value: unknown, depth: number): void {
  if (!isRecord(value) || depth === 0) return;
  for (const [name, inner] of Object.entries(value)) {
    let next = below.get(name);
    if (next === undefined) {
      if (below.size === maxNames) return;
      below.set(name, (next = new Level()));
    }
    merge(next, inner, depth - 1);
  }
}
