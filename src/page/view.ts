import type { Model } from "../config/config.ts";
import { nearest } from "../config/nearest.ts";
import { sourceStatuses, type SourceStatus } from "../exposition/source-status.ts";
import type { Standing } from "../exposition/standings.ts";
import { countStates, historyWindow, viewsById, type StatusReport, type StatusSource } from "../exposition/status.ts";
import { isAsked } from "../exposition/tag-query.ts";
import { qualityOf, type Quality } from "../quality/quality.ts";
import type { WindowTraffic } from "../window/coverage.ts";
import type { RemovedTag, TagLabels } from "../window/forgotten-tags.ts";
import type { Slice } from "../window/history.ts";
import type { WindowSpec } from "../window/options.ts";
import type { TagView } from "../window/tags.ts";
import { hrefOf, type Address, type PageQuery } from "./query.ts";
import { lookOf, shownName, tagName } from "./words.ts";

/** All that a page shows. */
export interface PageView {
  readonly source: StatusSource;
  readonly query: PageQuery;
  readonly window: WindowSpec | undefined;
  readonly list: TagList;
  /** The tag in focus; undefined where there is none. */
  readonly tag: TagInFocus | undefined;
  /** What the address asks for and is not there. */
  readonly missing: MissingTag | undefined;
  readonly notices: readonly string[];
  readonly sources: readonly SourceStatus[];
  /** Writes an address like the page's own, but for these parts. */
  readonly link: (change: Partial<Address>) => string;
}

/** The list of tags, the worst first. */
export interface TagList {
  readonly states: StatusReport["states"];
  readonly total: number;
  /** Tags that the filter leaves. */
  readonly matching: number;
  readonly rows: readonly {
    readonly standing: Standing;
    readonly history: readonly Slice[];
    readonly isInFocus: boolean;
  }[];
}

/** The tag in focus. */
export interface TagInFocus {
  readonly labels: TagLabels;
  readonly standing: Standing;
  readonly model: Model | undefined;
  readonly latest: number | undefined;
  /** Counts of the window. */
  readonly quality: Quality;
  readonly history: readonly Slice[];
  /** Predictions in the window, labelled or not; undefined without a join, and in a window of the last outcomes. */
  readonly traffic: WindowTraffic | undefined;
}

/** A tag that is not there. */
export interface MissingTag {
  /** What was asked for. */
  readonly asked: TagLabels;
  readonly removed: RemovedTag | undefined;
  readonly nearest: readonly TagLabels[];
}

/** Most rows of the list. */
const mostRows = 50;
/** Most tags that are proposed in place of one that is not there. */
const mostNear = 3;

/** Collects what a page shows. */
export function pageView(source: StatusSource, query: PageQuery): PageView {
  const { config, views, standings, now } = source;
  const judged = { models: config.models, views, now };
  const all = standings.all(judged);
  const chosen = all.find(({ labels }) => isAsked(query, labels));
  const standing = chosen && (standings.of(chosen.id, judged) ?? chosen);
  const window = windowOf(source, query, standing);
  const byId = viewsById(views);
  const tag = standing && tagInFocus(source, standing, window, byId.get(standing.id));
  return {
    source,
    query,
    window,
    list: tagList(source, query, window, all, byId, standing),
    tag,
    missing: tag === undefined && query.labels.size > 0 ? missingTag(source, query) : undefined,
    notices: noticesOf(query, window, tag),
    sources: sourceStatuses({ ...source.sources, now }),
    link: (change) =>
      hrefOf({
        tagLabels: config.tagLabels,
        labels: tag?.labels,
        window: window?.label,
        class: query.class,
        shownAs: query.shownAs,
        filter: query.filter,
        ...change,
      }),
  };
}

/** The window that is asked for, else that of what is missed, else the first. */
function windowOf(
  { config: { windows } }: StatusSource,
  { window: asked }: PageQuery,
  standing: Standing | undefined,
): WindowSpec | undefined {
  const missed = standing?.objectives.find(({ verdict }) => verdict === "missed" && verdict === standing.state);
  return (
    windows.find(({ label }) => label === asked) ?? windows.find(({ label }) => label === missed?.window) ?? windows[0]
  );
}

function tagList(
  { config }: StatusSource,
  { filter }: PageQuery,
  window: WindowSpec | undefined,
  all: readonly Standing[],
  byId: ReadonlyMap<number, TagView>,
  inFocus: Standing | undefined,
): TagList {
  // Each once: an address can hold thousands.
  const words = [...new Set(filter.toLowerCase().split(/\s+/u).filter(Boolean))];
  const matching = words.length === 0 ? all : all.filter((standing) => hasWords(standing, words));
  const first = matching.slice(0, mostRows);
  const isFocus = ({ id }: Standing): boolean => id === inFocus?.id;
  const isLeftOut = !first.some(isFocus) && matching.some(isFocus);
  const shown = isLeftOut && inFocus !== undefined ? [...first.slice(0, -1), inFocus] : first;
  const slices = historyWindow(config, window?.label);
  return {
    states: countStates(all),
    total: all.length,
    matching: matching.length,
    rows: shown.map((standing) => ({
      // The tag in focus was judged just now.
      standing: isFocus(standing) ? (inFocus ?? standing) : standing,
      history: slices === undefined ? [] : (byId.get(standing.id)?.history(slices) ?? []),
      isInFocus: isFocus(standing),
    })),
  };
}

function hasWords({ labels, state }: Standing, words: readonly string[]): boolean {
  const text = `${labels.map(({ name, value }) => `${name}=${value}`).join("\n")}\n${lookOf(state).word}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function tagInFocus(
  { config: { models } }: StatusSource,
  standing: Standing,
  window: WindowSpec | undefined,
  view: TagView | undefined,
): TagInFocus | undefined {
  if (view === undefined) return undefined;
  const model = view.labels.find(({ name }) => name === "model")?.value ?? "";
  return {
    labels: view.labels,
    standing,
    model: models.get(model) ?? models.get("*"),
    latest: view.latest,
    quality: qualityOf(view.confusion(window?.label ?? "")),
    history: window === undefined ? [] : view.history(window.label),
    traffic: view.traffic()?.windows.get(window?.label ?? ""),
  };
}

function missingTag({ config: { tagLabels }, views, removed }: StatusSource, query: PageQuery): MissingTag {
  const asked = tagLabels.flatMap((name) => {
    const value = query.labels.get(name)?.[0] ?? "";
    return value === "" ? [] : [{ name, value }];
  });
  const sameModel = views.filter(({ labels }) => labels[0]?.value === asked[0]?.value).map(({ labels }) => labels);
  const byName = new Map(views.map(({ labels }) => [tagName(labels), labels]));
  const alike = byName.get(nearest(tagName(asked), byName.keys()) ?? "");
  const proposed = new Set([...(alike ? [alike] : []), ...sameModel]);
  return {
    asked,
    removed: removed.findLast(({ labels }) => isAsked(query, labels)),
    nearest: [...proposed].slice(0, mostNear),
  };
}

function noticesOf(query: PageQuery, window: WindowSpec | undefined, tag: TagInFocus | undefined): readonly string[] {
  const notices: string[] = [];
  if (query.window !== undefined && query.window !== window?.label) {
    notices.push(`The config has no window ${shownName(query.window)}; this is ${window?.label ?? "none"}.`);
  }
  if (query.class !== undefined && tag !== undefined && !tag.quality.confusion.classes.includes(query.class)) {
    notices.push(`The class ${shownName(query.class)} has no outcomes in this window.`);
  }
  return notices;
}
