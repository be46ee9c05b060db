import type { Config } from "../config/config.ts";
import { verdicts, type Verdict } from "../objectives/judge.ts";
import { recordOf, type RemovedTag } from "../window/forgotten-tags.ts";
import type { TagView } from "../window/tags.ts";
import { influxReport, type InfluxReport, type InfluxView } from "./influx-metrics.ts";
import { joinReport, type JoinReport, type JoinView } from "./join-metrics.ts";
import type { ObjectiveReport } from "./objective-report.ts";
import type { RejectedReport } from "./rejected.ts";
import { sourceStatuses, type SourceStatus, type SourceStatusInput } from "./source-status.ts";
import type { Standing, Standings } from "./standings.ts";
import { isAsked, type TagQuery } from "./tag-query.ts";

/** Sections of the config that a status tells of. */
export type StatusConfig = Pick<Config, "models" | "tagLabels" | "windows" | "alerting" | "grafana">;

/** What the status page and `/api/v1/status` are made of at a moment. */
export interface StatusSource {
  readonly version: string;
  readonly ready: boolean;
  /** Unix milliseconds. */
  readonly now: number;
  readonly config: StatusConfig;
  readonly views: readonly TagView[];
  readonly removed: readonly RemovedTag[];
  readonly standings: Standings;
  readonly sources: Omit<SourceStatusInput, "now">;
  readonly rejected: RejectedReport;
  /** Undefined where the config has no join. */
  readonly join: JoinView | undefined;
  /** Undefined where the config has no InfluxDB. */
  readonly influxdb: InfluxView | undefined;
}

/** Output of `/api/v1/status`. */
export interface StatusReport {
  readonly version: string;
  readonly ready: boolean;
  /** RFC 3339. */
  readonly time: string;
  /** Window of the histories; null where no window has a time axis. */
  readonly window: string | null;
  /** Tags by state. */
  readonly states: Readonly<Record<Verdict | "no objectives", number>>;
  /** The worst first. */
  readonly tags: readonly TagStatus[];
  readonly sources: readonly SourceStatus[];
  readonly rejected: RejectedReport;
  /** Absent where the config has no join. */
  readonly join?: JoinReport;
  /** Absent where the config has no InfluxDB. */
  readonly influxdb?: InfluxReport;
}

/** State of a tag, and the verdicts on what its model owes. */
export interface TagStatus {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: Verdict | "no objectives";
  /** Outcomes since the tag was first seen. */
  readonly outcomes: number;
  /** Time of the latest outcome in RFC 3339; null before the first. */
  readonly latest: string | null;
  readonly objectives: readonly (ObjectiveReport & { readonly missedSince?: string })[];
  /** Accuracy over the window, oldest first; absent but for the first 50 tags. */
  readonly history?: readonly { readonly from: string; readonly samples: number; readonly accuracy: number }[];
}

/** Most tags with a history: an answer about thousands stays small. */
const mostHistories = 50;

/** Makes the status of the tags that are asked for. */
export function statusReport(source: StatusSource, query: TagQuery): StatusReport {
  const { version, ready, now, config, rejected, join, influxdb } = source;
  const asked = askedStandings(source, query);
  const window = historyWindow(config, query.window);
  const views = viewsById(source.views);
  return {
    version,
    ready,
    time: new Date(now).toISOString(),
    window: window ?? null,
    states: countStates(asked),
    tags: asked.map((standing, index) => {
      const view = views.get(standing.id);
      return {
        labels: recordOf(standing.labels),
        state: standing.state ?? "no objectives",
        outcomes: view?.outcomes ?? 0,
        latest: view?.latest === undefined ? null : new Date(view.latest).toISOString(),
        objectives: standing.objectives.map(({ missedSince, ...objective }) => ({
          ...objective,
          ...(missedSince === undefined ? {} : { missedSince: new Date(missedSince).toISOString() }),
        })),
        ...(index < mostHistories && window !== undefined && { history: historyOf(view, window) }),
      };
    }),
    sources: sourceStatuses({ ...source.sources, now }),
    rejected,
    ...(join && { join: joinReport(join) }),
    ...(influxdb && { influxdb: influxReport(influxdb) }),
  };
}

/** Lists the tags that are asked for, the worst first. */
function askedStandings(
  { standings, views, now, config }: Pick<StatusSource, "standings" | "views" | "now" | "config">,
  query: Pick<TagQuery, "labels">,
): readonly Standing[] {
  const all = standings.all({ models: config.models, views, now });
  return all.filter(({ labels }) => isAsked(query, labels));
}

/** Finds the window whose history is shown beside this one; undefined where no window has a time axis. */
export function historyWindow({ windows }: Pick<StatusConfig, "windows">, asked?: string): string | undefined {
  const timed = windows.filter(({ kind }) => kind === "time").map(({ label }) => label);
  return timed.find((label) => label === asked) ?? timed[0];
}

/** Indexes tags by their numbers. */
export function viewsById(views: readonly TagView[]): ReadonlyMap<number, TagView> {
  return new Map(views.map((view) => [view.id, view]));
}

/** Counts tags by state, zeros included. */
export function countStates(standings: readonly Standing[]): StatusReport["states"] {
  const counts = { missed: 0, unsure: 0, "no data": 0, quiet: 0, met: 0, "no objectives": 0 } satisfies Record<
    Verdict | "no objectives",
    number
  >;
  for (const { state } of standings) counts[state ?? "no objectives"]++;
  return counts;
}

/** States of tags, the worst first. */
export const tagStates = [...verdicts, "no objectives"] as const;

function historyOf(view: TagView | undefined, window: string): NonNullable<TagStatus["history"]> {
  return (view?.history(window) ?? []).map(({ from, samples, correct }) => ({
    from: new Date(from).toISOString(),
    samples,
    accuracy: correct / samples,
  }));
}
