/** Labels of a series without its name. Of equal ones there is one object in a table. */
export interface LabelSet {
  /** Sorted by name. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Sets that were made of it, by how. */
  readonly derived: Map<string, LabelSet>;
}

/** Sets of labels, each once, so that they are compared as objects. */
export class LabelSets {
  readonly #sets = new Map<string, LabelSet>();

  /** Finds a set; an empty value is that of a label that is not there. */
  of(labels: Iterable<readonly [name: string, value: string]>): LabelSet {
    const pairs = [...labels].filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const key = JSON.stringify(pairs);
    let set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, (set = { pairs, derived: new Map() }));
    return set;
  }

  /** Finds the set with these labels only, or without them. */
  reduce(set: LabelSet, names: readonly string[], isWithout: boolean): LabelSet {
    const how = `${isWithout ? "-" : "+"}${names.join()}`;
    let reduced = set.derived.get(how);
    if (reduced === undefined) {
      reduced = this.of(set.pairs.filter(([name]) => names.includes(name) !== isWithout));
      set.derived.set(how, reduced);
    }
    return reduced;
  }
}
