import type { ModelClasses } from "./options.ts";

/** Undeclared classes per model that warnings name; a last warning stands for all others. */
const maxNamed = 20;

/** Warning of an undeclared class of a model with declared classes. */
interface UndeclaredWarning {
  readonly kind: "undeclared";
  /** The model's name in the config; `*` for unnamed models. */
  readonly model: string;
  /** The class; undefined once there are more than warnings name. */
  readonly class: string | undefined;
  readonly declared: readonly string[];
}

/** Warning of a tag with more classes than the limit. */
interface OverflowWarning {
  readonly kind: "overflow";
  /** The tag's labels. */
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** The tracked classes, and those of the first folded outcome. */
  readonly classes: readonly string[];
}

/** Warning of a tag whose predicted classes are never actual: labels and predictions may use different spellings. */
interface DisjointWarning {
  readonly kind: "disjoint";
  /** The tag's labels. */
  readonly labels: OverflowWarning["labels"];
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
}

/** Warning of classes of a tag that look alike. */
interface SimilarWarning {
  readonly kind: "similar";
  /** The tag's labels. */
  readonly labels: OverflowWarning["labels"];
  readonly pairs: readonly (readonly [string, string])[];
}

/** Warning of a class that looks like a value that is packed in a text. */
interface PackedWarning {
  readonly kind: "packed";
  /** The labels of the first such tag of its model. */
  readonly labels: OverflowWarning["labels"];
  readonly class: string;
}

/** A warning about classes, to be logged once. */
export type ClassWarning = UndeclaredWarning | OverflowWarning | DisjointWarning | SimilarWarning | PackedWarning;

/** Limit of classes for a disjointness warning: with more, disjoint sides are plausible. */
const maxDisjoint = 20;

/** Outcomes of a model with an undeclared class. */
export interface Undeclared {
  readonly outcomes: number;
  /** The first undeclared classes, in order of appearance. */
  readonly classes: readonly string[];
}

interface MonitoredModel {
  declared: readonly string[];
  /** The declared classes and their other spellings. */
  known: ReadonlySet<string>;
  outcomes: number;
  readonly classes: Set<string>;
  hasMore: boolean;
}

/** Detects undeclared classes and class overflows; survives reloads. */
export class ClassMonitor {
  #models = new Map<string, MonitoredModel>();
  #warnings: ClassWarning[] = [];
  /** Models with a warning of a packed class. */
  readonly #packed = new Set<string>();

  /** Applies the config's declared classes; counts of models that still declare classes are kept. */
  declare(models: ReadonlyMap<string, ModelClasses>): void {
    const before = this.#models;
    this.#models = new Map();
    for (const [model, { classes, spellings }] of models) {
      if (classes === undefined) continue;
      const counted = before.get(model) ?? { outcomes: 0, classes: new Set<string>(), hasMore: false };
      const known = new Set([...classes, ...spellings.keys()]);
      this.#models.set(model, { ...counted, declared: classes, known });
    }
  }

  /** Undeclared outcomes by model, with zeros for all models that declare classes. */
  get counts(): Readonly<Record<string, Undeclared>> {
    return Object.fromEntries(
      [...this.#models].map(([model, { outcomes, classes }]) => [model, { outcomes, classes: [...classes] }]),
    );
  }

  /** Records an outcome with an undeclared class. */
  undeclared(model: string, ...names: readonly [actual: string, predicted: string]): void {
    const entry = this.#models.get(model);
    if (entry === undefined) return;
    entry.outcomes++;
    for (const name of names) {
      if (entry.hasMore || entry.known.has(name) || entry.classes.has(name)) continue;
      entry.hasMore = entry.classes.size === maxNamed;
      if (!entry.hasMore) entry.classes.add(name);
      const { declared, hasMore } = entry;
      this.#warnings.push({ kind: "undeclared", model, class: hasMore ? undefined : name, declared });
    }
  }

  /** Records the first folded outcome of a tag. */
  overflow(labels: OverflowWarning["labels"], classes: readonly string[]): void {
    this.#warnings.push({ kind: "overflow", labels, classes });
  }

  /** Records an outcome of a tag with a class that looks packed; warns once of each model. */
  packed(labels: OverflowWarning["labels"], name: string): void {
    const model = labels[0]?.value ?? "";
    if (this.#packed.has(model)) return;
    this.#packed.add(model);
    this.#warnings.push({ kind: "packed", labels, class: name });
  }

  /** Checks the spelling of a tag's classes, for a model that declares none; returns true if it warns. */
  checkSpellings(labels: OverflowWarning["labels"], actual: readonly string[], predicted: readonly string[]): boolean {
    const all = [...new Set([...actual, ...predicted])].sort();
    const before = this.#warnings.length;
    if (all.length <= maxDisjoint && !predicted.some((name) => actual.includes(name))) {
      this.#warnings.push({ kind: "disjoint", labels, actual, predicted });
    } else {
      const pairs = similarPairs(all);
      if (pairs.length > 0) this.#warnings.push({ kind: "similar", labels, pairs });
    }
    return this.#warnings.length > before;
  }

  /** The warnings since the last call. */
  takeWarnings(): readonly ClassWarning[] {
    const warnings = this.#warnings;
    this.#warnings = [];
    return warnings;
  }
}

/** Pairs of names that are equal except for case, surrounding blanks and Unicode normalization. */
function similarPairs(names: readonly string[]): [string, string][] {
  const seen = new Map<string, string>();
  return names.flatMap((name): [string, string][] => {
    const plain = name.normalize("NFKC").trim().toLowerCase();
    const other = seen.get(plain);
    if (other === undefined) seen.set(plain, name);
    return other === undefined ? [] : [[other, name]];
  });
}
