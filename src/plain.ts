/** Data that can be written down and read back: what a stage hands to the store and takes from it. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** The name of an entry in the store: the stage's own word first, then what tells its entries apart. */
export type EntryKey = readonly (string | number)[];

/** One entry to commit; a `value` of undefined removes it. */
export interface Entry {
  readonly key: EntryKey;
  readonly value: Plain | undefined;
}
