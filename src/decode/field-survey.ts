import { isRecord } from "../serializable.ts";

/** A level of fields: the names, each with the level below it. */
export interface FieldLevel {
  readonly below: ReadonlyMap<string, FieldLevel>;
}

/** Lines to look at, and levels: enough to see what a mapping misses. */
const maxLines = 100;
const maxDepth = 32;
/** Elements of an array to look at; what they have counts as the array's. */
const maxElements = 10;

/** Names in all. Of lines with more the survey tells nothing, since what it lacks may stand in them all the same. */
const maxNames = 10_000;

class Level implements FieldLevel {
  readonly below = new Map<string, Level>();
}

/** Names of the fields in lines that lack a mapped field, to tell what was meant. */
export class FieldSurvey {
  #top = new Level();
  #lines = 0;
  #names = 0;

  /** True while further lines are wanted. */
  get isOpen(): boolean {
    return this.#lines < maxLines && this.#names <= maxNames;
  }

  /** Fields seen since the last restart; none when there are too many. */
  get top(): FieldLevel {
    return this.#top;
  }

  /** Starts anew with the next line. */
  restart(): void {
    this.#top = new Level();
    this.#lines = 0;
    this.#names = 0;
  }

  /** Takes a line: an object of its fields. */
  take(fields: unknown): void {
    this.#lines++;
    this.#merge(this.#top, fields, maxDepth);
    if (this.#names > maxNames) this.#top = new Level();
  }

  #merge(level: Level, value: unknown, depth: number): void {
    if (depth === 0) return;
    if (Array.isArray(value)) {
      for (const element of value.slice(0, maxElements)) this.#merge(level, element, depth - 1);
      return;
    }
    if (!isRecord(value)) return;
    const { below } = level;
    for (const [name, inner] of Object.entries(value)) {
      let next = below.get(name);
      if (next === undefined) {
        if (++this.#names > maxNames) return;
        below.set(name, (next = new Level()));
      }
      this.#merge(next, inner, depth - 1);
    }
  }
}
