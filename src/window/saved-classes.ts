import { isTrackable, otherClass, wrongClass } from "./folded-classes.ts";
import type { ModelClasses } from "./options.ts";

/** Saved form of a table: names by class number, and the two class numbers of each cell. */
export interface SavedClasses {
  readonly classes: readonly string[];
  readonly cells: readonly number[];
  /** The numbers of classes that gave way. */
  readonly left: readonly number[];
  /** True for the format of 0.1.0, which counted misses among folded classes as hits. */
  readonly unfolded: boolean;
  /** The spellings in effect when the outcomes were counted. */
  readonly spellings: string;
}

/** Names of a restored table. */
export interface RestoredNames {
  /** By number. */
  readonly names: readonly string[];
  /** Numbers of classes that gave way. */
  readonly left: ReadonlySet<number>;
  /** By saved number; undefined for a class that is no longer tracked. */
  readonly numbers: readonly (number | undefined)[];
  /** Tells whether a saved name is that of a fold. */
  readonly isFold: (saved: string | undefined) => boolean;
}

/** Gives saved classes their current spelling, and numbers; those past the current limit have none. */
export function namesOf(
  { classes, left, unfolded }: SavedClasses,
  {
    model,
    maxClasses,
    reserved,
    canonical,
  }: {
    readonly model: ModelClasses;
    readonly maxClasses: number;
    readonly reserved: ReadonlySet<string>;
    readonly canonical: (name: string) => string;
  },
): RestoredNames {
  const isFold = (name: string | undefined): boolean => name === otherClass || (name === wrongClass && !unfolded);
  const hadLeft = new Set(left);
  let seats = maxClasses - reserved.size;
  const names: string[] = [];
  const leftNow = new Set<number>();
  const places = new Map<string, number>();
  const numbers = classes.map((given, at) => {
    if (isFold(given)) return names.push(given) - 1;
    const spelt = canonical(given);
    const name = model.spellings.get(spelt) ?? spelt;
    if (hadLeft.has(at) && isTrackable(name)) {
      leftNow.add(names.push(name) - 1);
      return names.length - 1;
    }
    const known = places.get(name);
    if (known !== undefined) return known;
    if (!isTrackable(name) || (!reserved.has(name) && seats-- <= 0)) return undefined;
    const number = names.push(name) - 1;
    places.set(name, number);
    return number;
  });
  return { names, left: leftNow, numbers, isFold };
}

/** The spellings in effect, as saved. */
export function spellingsText({ spellings }: ModelClasses): string {
  return spellings.size === 0 ? "" : JSON.stringify([...spellings].sort());
}
