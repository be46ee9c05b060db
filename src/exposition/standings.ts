import { verdicts, type Verdict } from "../objectives/judge.ts";
import { qualityOf, type Quality } from "../quality/quality.ts";
import type { TagLabels } from "../window/forgotten-tags.ts";
import type { TagView } from "../window/tags.ts";
import { sharesOf } from "./report.ts";
import {
  objectiveReports,
  tagFinder,
  tagKey,
  worstFirst,
  type Models,
  type ObjectiveReport,
} from "./objective-report.ts";

/** Verdict on an objective, with how long it has been missed. */
export interface StandingObjective extends ObjectiveReport {
  /** Since when each look has found it missed (Unix ms); undefined where it is not missed. */
  readonly missedSince: number | undefined;
}

/** How a tag stands with what it owes. */
export interface Standing {
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
  #missedSince: ReadonlyMap<string, number> = new Map();

  /** The verdicts, of this moment or of less than a second ago. */
  all(source: StandingSource): readonly Standing[] {
    const isOfThisConfig = source.models === this.#models;
    // A clock that was set back must not keep them.
    if (isOfThisConfig && Math.abs(source.now - this.#madeAt) < usedForMs) return this.#made;
    if (!isOfThisConfig || Math.abs(source.now - this.#madeAt) > doubtfulAfterMs) this.#missedSince = new Map();
    const judged = judgedTags(source);
    this.#missedSince = new Map(
      judged.flatMap((tag) => missedKeys(tag).map((key) => [key, this.#missedSince.get(key) ?? source.now] as const)),
    );
    this.#models = source.models;
    this.#madeAt = source.now;
    this.#made = judged.map((tag) => this.#standing(tag)).sort(worseFirst);
    return this.#made;
  }

  /** The verdicts on one tag of this moment; undefined where there is no such tag. */
  of(labels: TagLabels, source: StandingSource): Standing | undefined {
    const tag = judgedTags(source, tagKey(recordOf(labels)))[0];
    return tag && this.#standing(tag);
  }

  #standing({ view: { labels }, key, objectives }: Judged): Standing {
    return {
      labels,
      state: objectives.filter(isToldHere).sort(worstFirst)[0]?.verdict,
      objectives: objectives.map((objective, index) => ({
        ...objective,
        missedSince: objective.verdict === "missed" ? this.#missedSince.get(objectiveKey(key, index)) : undefined,
      })),
    };
  }
}

/** Tells whether an objective can be judged without Prometheus. */
export function isToldHere({ comparedTo }: Pick<ObjectiveReport, "comparedTo">): boolean {
  return comparedTo === undefined || !("ago" in comparedTo);
}

/** Order of the states, the worst first; tags that owe nothing are last. */
function stateOrder(state: Verdict | undefined): number {
  return state === undefined ? verdicts.length : verdicts.indexOf(state);
}

/** Labels of a tag as an object. */
export function recordOf(labels: TagLabels): Readonly<Record<string, string>> {
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}

interface Judged {
  readonly view: TagView;
  readonly key: string;
  readonly objectives: readonly ObjectiveReport[];
}

/** Judges all tags, or the one with this key. */
function judgedTags({ models, views }: StandingSource, only?: string): readonly Judged[] {
  const tags = views.map((view) => ({
    view,
    labels: recordOf(view.labels),
    windows: lazyWindows(view),
    labelled: lazyShares(view),
  }));
  const find = tagFinder(tags);
  return tags.flatMap((tag) => {
    const key = tagKey(tag.labels);
    if (only !== undefined && key !== only) return [];
    return [{ view: tag.view, key, objectives: objectiveReports(models, tag, find) }];
  });
}

/** Counts of the windows that are asked for, each once. */
function lazyWindows(view: TagView): { readonly get: (label: string) => Quality } {
  const known = new Map<string, Quality>();
  return {
    get: (label) => {
      const quality = known.get(label) ?? qualityOf(view.confusion(label));
      known.set(label, quality);
      return quality;
    },
  };
}

/** Labelled shares, which are looked at where an objective asks for one. */
function lazyShares({ traffic }: TagView): { readonly get: (label: string) => number | undefined } {
  let shares: ReadonlyMap<string, number> | undefined;
  return { get: (label) => (shares ??= sharesOf(traffic())).get(label) };
}

function missedKeys({ key, objectives }: Judged): string[] {
  return objectives.flatMap(({ verdict }, index) => (verdict === "missed" ? [objectiveKey(key, index)] : []));
}

function objectiveKey(tag: string, index: number): string {
  return `${index} ${tag}`;
}

/** Orders tags that were sorted by name: by state, then by the distance of the worst objective from its bound. */
function worseFirst(a: Standing, b: Standing): number {
  return stateOrder(a.state) - stateOrder(b.state) || distanceOf(b) - distanceOf(a);
}

function distanceOf({ state, objectives }: Standing): number {
  const distances = objectives.flatMap(({ verdict, z }) => (verdict === state ? [z ?? -1e9] : []));
  return Math.max(-1e9, ...distances);
}
