import type { Alerting, Config, ExtraRoute, SeverityRoute, Team } from "../../config/config.ts";

/** Sections of the config that say who is notified. */
export type RoutingSections = Pick<Config, "alerting" | "teams" | "extend">;

/** Node of Alertmanager's routing tree. */
export interface Route {
  readonly matchers?: readonly string[] | undefined;
  readonly receiver?: string | undefined;
  readonly continue?: true;
  readonly group_by?: readonly string[] | undefined;
  readonly group_wait?: string | undefined;
  readonly group_interval?: string | undefined;
  readonly repeat_interval?: string | undefined;
  readonly mute_time_intervals?: readonly string[] | undefined;
  readonly active_time_intervals?: readonly string[] | undefined;
  readonly routes?: readonly Route[] | undefined;
}

/** Receiver of a config that names none: alerts show in Alertmanager and notify nobody. */
export const nowhere = "nowhere";

/** Labels whose equal values make alerts one notification: it is of one version of one model. */
const groupBy = ["team", "namespace", "model", "version", "severity"] as const;

/**
 * Builds the routing tree: the user's own routes, then a branch for each team with a route for each of its severities;
 * the root takes all other alerts.
 */
export function routeTree({ alerting, teams, extend }: RoutingSections): Route {
  const routes = [...extend.routes.map(userRoute), ...[...teams.values()].map((team) => teamRoute(team))];
  return { ...rootRoute(alerting), ...(routes.length === 0 ? {} : { routes }) };
}

/** Builds the root, whose settings all routes inherit. */
export function rootRoute(alerting: Alerting): Route {
  return {
    receiver: alerting.defaultReceiver ?? nowhere,
    group_by: groupBy,
    group_wait: alerting.groupWait.word,
    group_interval: alerting.groupInterval.word,
    repeat_interval: alerting.repeatInterval.word,
  };
}

/** Builds the branch of a team; `first` comes before its own routes. */
export function teamRoute(team: Team, first: readonly Route[] = []): Route {
  const own = [...team.severities].flatMap(([severity, route]) => severityRoutes(severity, route));
  return { matchers: [matcher("team", "=", team.name)], routes: [...first, ...own] };
}

/** Writes a route of the user's own. */
export function userRoute(route: ExtraRoute): Route {
  const { matchers, continue: goesOn, routes, ...settings } = route;
  return {
    ...(matchers.length === 0 ? {} : { matchers: matchers.map(({ label, op, value }) => matcher(label, op, value)) }),
    ...settings,
    ...(goesOn ? { continue: true } : {}),
    ...(routes.length === 0 ? {} : { routes: routes.map(userRoute) }),
  };
}

/** Builds one route a receiver; all but the last continue to the next. A muted route ends the search as well. */
function severityRoutes(severity: string, route: SeverityRoute): readonly Route[] {
  const { receivers, muteTimeIntervals, activeTimeIntervals } = route;
  return receivers.map((receiver, index) => ({
    matchers: [matcher("severity", "=", severity)],
    receiver,
    ...(index < receivers.length - 1 ? { continue: true as const } : {}),
    ...(muteTimeIntervals.length === 0 ? {} : { mute_time_intervals: muteTimeIntervals }),
    ...(activeTimeIntervals.length === 0 ? {} : { active_time_intervals: activeTimeIntervals }),
  }));
}

/** Writes a matcher that the classic and the UTF-8 parser read alike: a plain label name and a double-quoted value. */
export function matcher(label: string, op: "=" | "!=" | "=~" | "!~", value: string): string {
  const escaped = value.replace(/[\\"]/gu, "\\$&").replace(/\n/gu, "\\n");
  return `${label}${op}"${escaped}"`;
}
