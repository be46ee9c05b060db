import type { Model, Objective } from "../config/config.ts";
import { judge, verdicts, type Interval, type Judgement, type Verdict } from "../objectives/judge.ts";
import { thresholdOf, type Threshold } from "../objectives/threshold.ts";
import type { Quality } from "../quality/quality.ts";

/** Objectives of a model, and those of unnamed models under `*`. */
export type Models = ReadonlyMap<string, Pick<Model, "objectives">>;

/** Tag with the counts of its windows. */
export interface JudgedTag {
  readonly labels: Readonly<Record<string, string>>;
  /** Counts by the label of the window. */
  readonly windows: Pick<ReadonlyMap<string, Quality>, "get">;
  /** Labelled share of what is due by the label of the window; without those of which nothing is. */
  readonly labelled: Pick<ReadonlyMap<string, number>, "get">;
}

/** Finds the tag with these labels; undefined where there is none. */
export type FindTag = (labels: JudgedTag["labels"]) => JudgedTag | undefined;

/** Makes a finder of tags; `tags` is called when something is compared with another version, which few configs do. */
export function tagFinder(tags: () => readonly JudgedTag[]): FindTag {
  let byKey: ReadonlyMap<string, JudgedTag> | undefined;
  return (labels) => (byKey ??= new Map(tags().map((tag) => [tagKey(tag.labels), tag]))).get(tagKey(labels));
}

/** Writes the labels of a tag as one text, the same in any order of theirs. */
function tagKey(labels: JudgedTag["labels"]): string {
  let key = "";
  // With their lengths, so that no value can look like two.
  for (const name of Object.keys(labels).sort()) key += `${name}=${labels[name]?.length ?? 0}:${labels[name] ?? ""},`;
  return key;
}

/** Verdict on an objective of a tag, beside the keys of the config that say which one it is. */
export interface ObjectiveReport {
  readonly name?: string;
  readonly metric: Objective["metric"];
  readonly class?: string;
  readonly average?: string;
  readonly window: string;
  readonly min?: number;
  readonly max?: number;
  readonly maxDrop?: number;
  readonly maxRise?: number;
  readonly comparedTo?: { readonly version: string } | { readonly ago: string } | { readonly value: number };
  readonly severity: string;
  readonly minSamples: number;
  readonly runbook?: string;
  /** Absent where no share is asked for. */
  readonly minLabelled?: number;
  /** Labelled share of what is due in the window, where one is asked for; null where nothing is due. */
  readonly labelled?: number | null;
  readonly verdict: Verdict;
  /** What the value is held against: the bound, or what a comparison allows; null where that is not known. */
  readonly bound: number | null;
  readonly value: number | null;
  /** Count that `minSamples` applies to. */
  readonly samples: number;
  /** Distance beyond the bound in standard errors; of a comparison from the reference. */
  readonly z: number | null;
  readonly interval: Interval | null;
}

/** Verdict on an objective of a tag, of which a report is made where it is read: a verdict costs less than its words. */
export interface JudgedObjective {
  readonly objective: Objective;
  readonly judgement: Judgement;
  /** Labelled share of what is due in the window; undefined where nothing is, and where no share is asked for. */
  readonly labelled: number | undefined;
}

/** Judges the objectives of a tag's model, in the order of the config; `find` knows all tags that it can be compared with. */
export function judgeObjectives(models: Models, tag: JudgedTag, find: FindTag): JudgedObjective[] {
  const { objectives = [] } = models.get(tag.labels["model"] ?? "") ?? models.get("*") ?? {};
  return objectives.flatMap((objective) => {
    const version = comparedVersion(objective);
    // The version that others are compared with owes nothing itself.
    if (version !== undefined && tag.labels["version"] === version) return [];
    const { label } = objective.window;
    const now = tag.windows.get(label);
    if (now === undefined) return [];
    const then = version === undefined ? undefined : find({ ...tag.labels, version })?.windows.get(label);
    // Only where it is asked for: it takes a look at all panes.
    const labelled = objective.minLabelled === undefined ? undefined : tag.labelled.get(label);
    return { objective, judgement: judge(objective, now, then, labelled), labelled };
  });
}

function comparedVersion({ bound }: Objective): string | undefined {
  return "comparedTo" in bound && bound.comparedTo.kind === "version" ? bound.comparedTo.version : undefined;
}

/** Reports a verdict. */
export function objectiveReport({ objective, judgement, labelled }: JudgedObjective): ObjectiveReport {
  const { verdict, value, samples, z, interval, beyondBy } = judgement;
  return {
    ...wordsOf(objective),
    ...(objective.minLabelled === undefined ? {} : { minLabelled: objective.minLabelled, labelled: labelled ?? null }),
    verdict,
    bound: boundOf(thresholdOf(objective), value, beyondBy) ?? null,
    value: value ?? null,
    samples,
    z: z === undefined || !Number.isFinite(z) ? null : z,
    interval: interval ?? null,
  };
}

function boundOf(threshold: Threshold, value: number | undefined, beyondBy: number | undefined): number | undefined {
  if (threshold.kind === "fixed") return threshold.value;
  if (value === undefined || beyondBy === undefined) return undefined;
  return threshold.side === "below" ? value + beyondBy : value - beyondBy;
}

function wordsOf({ name, metric, class: className, average, window, bound, severity, minSamples, runbook }: Objective) {
  return {
    ...(name === undefined ? {} : { name }),
    metric,
    ...(className === undefined ? {} : { class: className }),
    ...(average === undefined ? {} : { average }),
    window: window.label,
    [bound.kind]: bound.value,
    ...("comparedTo" in bound ? { comparedTo: reference(bound.comparedTo) } : {}),
    severity,
    minSamples,
    ...(runbook === undefined ? {} : { runbook }),
  };
}

function reference(to: Extract<Objective["bound"], { readonly comparedTo: unknown }>["comparedTo"]) {
  switch (to.kind) {
    case "version":
      return { version: to.version };
    case "ago":
      return { ago: to.ago.word };
    case "baseline":
      return { value: to.value };
  }
}

/** Orders objectives for people: the worst verdict first, then what is furthest beyond its bound. */
export function worstFirst(a: ObjectiveReport, b: ObjectiveReport): number {
  return verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict) || distance(b) - distance(a);
}

function distance({ z }: ObjectiveReport): number {
  return z ?? -1e9;
}
