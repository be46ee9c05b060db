import type { Objective } from "../config/config.ts";
import { verdicts, type Verdict } from "../objectives/judge.ts";
import { qualityOf, type Quality } from "../quality/quality.ts";
import { recordOf, type TagLabels } from "../window/forgotten-tags.ts";
import type { TagFigures } from "../window/reading.ts";
import type { TagView } from "../window/tags.ts";
import {
  judgeObjectives,
  objectiveReport,
  tagFinder,
  type JudgedObjective,
  type JudgedTag,
  type Models,
  type ObjectiveReport,
} from "./objective-report.ts";
import { sharesOf } from "./report.ts";

/** Verdict on an objective, with how long it has been missed. */
export interface StandingObjective extends ObjectiveReport {
  /** Since when each look has found it missed (Unix ms); undefined where it is not missed. */
  readonly missedSince: number | undefined;
}

/** How a tag stands with what it owes. */
export interface Standing {
  /** Number of the tag. */
  readonly id: number;
  readonly labels: TagLabels;
  /** Worst verdict that can be told here; undefined where nothing is owed. */
  readonly state: Verdict | undefined;
  /** In the order of the config. */
  readonly objectives: readonly StandingObjective[];
}

/** What verdicts are made of at a moment. */
export interface StandingSource {
  readonly models: Models;
  readonly views: readonly TagView[];
  /** Unix milliseconds. */
  readonly now: number;
}

/** How long verdicts are used again (ms), and how long nobody may look before what was seen is in doubt (ms). */
const usedForMs = 1000;
const doubtfulAfterMs = 60_000;

/**
 * Verdicts on the objectives of all tags, the worst first. They are made when somebody asks and at most once a second, for
 * all who ask.
 */
export class Standings {
  #models: Models | undefined;
  #madeAt = Number.NEGATIVE_INFINITY;
  #made: readonly Standing[] = [];
  #missedSince: MissedSince = new Map();

  /** The verdicts, of this moment or of less than a second ago. */
  all(source: StandingSource): readonly Standing[] {
    const { models, views, now } = source;
    const isOfThisConfig = models === this.#models;
    // A clock that was set back must not keep them.
    if (isOfThisConfig && Math.abs(now - this.#madeAt) < usedForMs) return this.#made;
    const isInDoubt = !isOfThisConfig || Math.abs(now - this.#madeAt) > doubtfulAfterMs;
    const before: MissedSince = isInDoubt ? new Map() : this.#missedSince;
    const tags = views.map(judgedTag);
    const find = tagFinder(() => tags);
    const missedSince = new Map<number, readonly (number | undefined)[]>();
    const made = views.map((view, index) => {
      const tag = tags[index] ?? judgedTag(view);
      const judged = judgeObjectives(models, tag, find);
      const since = missedTimes(judged, before.get(view.id), now);
      if (since.length > 0) missedSince.set(view.id, since);
      return new JudgedStanding(view, judged, since);
    });
    this.#missedSince = missedSince;
    this.#models = models;
    this.#madeAt = now;
    return (this.#made = made.sort(worseFirst));
  }

  /** The verdicts on one tag of this moment; undefined where there is no such tag. */
  of(id: number, { models, views }: StandingSource): Standing | undefined {
    const view = views.find((one) => one.id === id);
    if (view === undefined) return undefined;
    const judged = judgeObjectives(
      models,
      judgedTag(view),
      tagFinder(() => views.map(judgedTag)),
    );
    return new JudgedStanding(view, judged, this.#missedSince.get(id) ?? []);
  }
}

/** Since when the objectives of a tag are missed, by its number and in their order; without tags that miss none. */
type MissedSince = ReadonlyMap<number, readonly (number | undefined)[]>;

function missedTimes(
  judged: readonly JudgedObjective[],
  before: readonly (number | undefined)[] = [],
  now: number,
): readonly (number | undefined)[] {
  if (!judged.some(isMissed)) return [];
  return judged.map((one, index) => (isMissed(one) ? (before[index] ?? now) : undefined));
}

function isMissed({ judgement }: JudgedObjective): boolean {
  return judgement.verdict === "missed";
}

/** A standing whose objectives are put into words where they are read: of thousands of tags few are shown. */
class JudgedStanding implements Standing {
  readonly id: number;
  readonly labels: TagLabels;
  readonly state: Verdict | undefined;
  /** Place of the state among all, the worst first; tags that owe nothing are last. */
  readonly order: number;
  /** How far the worst objective is beyond its bound, in standard errors. */
  readonly distance: number;
  readonly #judged: readonly JudgedObjective[];
  readonly #missedSince: readonly (number | undefined)[];
  #objectives: readonly StandingObjective[] | undefined;

  constructor(
    { id, labels }: TagView,
    judged: readonly JudgedObjective[],
    missedSince: readonly (number | undefined)[],
  ) {
    this.id = id;
    this.labels = labels;
    this.#judged = judged;
    this.#missedSince = missedSince;
    let order: number = verdicts.length;
    for (const { objective, judgement } of judged) {
      if (isToldHere(objective)) order = Math.min(order, verdicts.indexOf(judgement.verdict));
    }
    this.order = order;
    this.state = verdicts[order];
    let distance = nearest;
    for (const { judgement } of judged) {
      const { verdict, z = nearest } = judgement;
      if (verdict === this.state && Number.isFinite(z)) distance = Math.max(distance, z);
    }
    this.distance = distance;
  }

  get objectives(): readonly StandingObjective[] {
    return (this.#objectives ??= this.#judged.map((judged, index) => ({
      ...objectiveReport(judged),
      missedSince: isMissed(judged) ? this.#missedSince[index] : undefined,
    })));
  }
}

/** Distance of what has no known error: less than any other. */
const nearest = -1e9;

/** Tells whether an objective can be judged without Prometheus. */
export function isToldHere({ bound }: Pick<Objective, "bound">): boolean {
  return !("comparedTo" in bound) || bound.comparedTo.kind !== "ago";
}

/** Makes what is judged of a tag; its windows are read when they are asked for, each once. */
export function judgedTag(view: TagFigures): JudgedTag {
  return { labels: recordOf(view.labels), windows: lazyWindows(view), labelled: lazyShares(view) };
}

/** Counts of the windows that are asked for, each once. */
function lazyWindows(view: TagFigures): JudgedTag["windows"] {
  const known = new Map<string, Quality>();
  return {
    get: (label) => {
      let quality = known.get(label);
      if (quality === undefined) known.set(label, (quality = qualityOf(view.confusion(label))));
      return quality;
    },
  };
}

/** Labelled shares, which are looked at where an objective asks for one. */
function lazyShares({ traffic }: TagFigures): JudgedTag["labelled"] {
  let shares: ReadonlyMap<string, number> | undefined;
  return { get: (label) => (shares ??= sharesOf(traffic())).get(label) };
}

/** Orders tags that were sorted by name: by state, then by the distance of the worst objective from its bound. */
function worseFirst(a: JudgedStanding, b: JudgedStanding): number {
  return a.order - b.order || b.distance - a.distance;
}
