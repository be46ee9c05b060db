import type { ModelClasses } from "./options.ts";

/** So many undeclared classes of a model are named; of the others it is only said that there are some. */
const mostNamed = 20;

/** A class that the config does not name, of a model whose classes it names. */
interface UndeclaredNews {
  readonly kind: "undeclared";
  /** The model's name in the config; `*` for those that it does not name. */
  readonly model: string;
  /** The class; undefined when more have come than are named. */
  readonly class: string | undefined;
  readonly declared: readonly string[];
}

/** A tag whose classes are more than have seats. */
interface Overflow {
  readonly kind: "overflow";
  /** The tag's labels. */
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** Those that have seats, and those of the first outcome that was folded. */
  readonly classes: readonly string[];
}

/** A tag of which no predicted class is ever actual: the two sides may spell their classes in two ways. */
interface Strangers {
  readonly kind: "strangers";
  /** The tag's labels. */
  readonly labels: Overflow["labels"];
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
}

/** Classes of a tag that differ in nothing that people see as another class. */
interface Alike {
  readonly kind: "alike";
  /** The tag's labels. */
  readonly labels: Overflow["labels"];
  readonly pairs: readonly (readonly [string, string])[];
}

/** Something about classes that a person should be told once. */
export type ClassNews = UndeclaredNews | Overflow | Strangers | Alike;

/** With more classes than these it is no wonder that both sides have others. */
const mostStrangers = 20;

/** The outcomes of a model whose classes are not among the declared ones. */
export interface Undeclared {
  readonly outcomes: number;
  /** The first of these classes, as they came. */
  readonly classes: readonly string[];
}

interface Watched {
  declared: readonly string[];
  /** The declared classes and their other spellings. */
  known: ReadonlySet<string>;
  outcomes: number;
  readonly classes: Set<string>;
  hasMore: boolean;
}

/** Watches for classes that the config does not name and for those that are too many; lives on over reloads. */
export class ClassWatch {
  #models = new Map<string, Watched>();
  #news: ClassNews[] = [];

  /** Takes up what the config declares; what was counted of models that still declare their classes stays. */
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

  /** By model: 0 from the start for all that declare their classes. */
  get counts(): Readonly<Record<string, Undeclared>> {
    return Object.fromEntries(
      [...this.#models].map(([model, { outcomes, classes }]) => [model, { outcomes, classes: [...classes] }]),
    );
  }

  /** Takes notice of an outcome of which at least one class is not declared. */
  undeclared(model: string, ...names: readonly [actual: string, predicted: string]): void {
    const watched = this.#models.get(model);
    if (watched === undefined) return;
    watched.outcomes++;
    for (const name of names) {
      if (watched.hasMore || watched.known.has(name) || watched.classes.has(name)) continue;
      watched.hasMore = watched.classes.size === mostNamed;
      if (!watched.hasMore) watched.classes.add(name);
      const { declared, hasMore } = watched;
      this.#news.push({ kind: "undeclared", model, class: hasMore ? undefined : name, declared });
    }
  }

  /** Takes notice of the first outcome of a tag that was folded. */
  overflow(labels: Overflow["labels"], classes: readonly string[]): void {
    this.#news.push({ kind: "overflow", labels, classes });
  }

  /** Looks at the classes of both sides of a tag, of a model that declares none. Gives whether something is said. */
  spellings(labels: Overflow["labels"], actual: readonly string[], predicted: readonly string[]): boolean {
    const all = [...new Set([...actual, ...predicted])].sort();
    const said = this.#news.length;
    if (all.length <= mostStrangers && !predicted.some((name) => actual.includes(name))) {
      this.#news.push({ kind: "strangers", labels, actual, predicted });
    } else {
      const pairs = alike(all);
      if (pairs.length > 0) this.#news.push({ kind: "alike", labels, pairs });
    }
    return this.#news.length > said;
  }

  /** What has come since the last call. */
  takeNews(): readonly ClassNews[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }
}

/** Pairs of names that are the same but for case, blanks around them, and the form in which a letter is written. */
function alike(names: readonly string[]): [string, string][] {
  const seen = new Map<string, string>();
  return names.flatMap((name): [string, string][] => {
    const plain = name.normalize("NFKC").trim().toLowerCase();
    const other = seen.get(plain);
    if (other === undefined) seen.set(plain, name);
    return other === undefined ? [] : [[other, name]];
  });
}
