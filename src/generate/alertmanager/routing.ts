import type { Config, ExtraRoute, SeverityRoute, Team } from "../../config/config.ts";

/** A node of Alertmanager's routing tree. */
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

/** The receiver of a config that names none: alerts show in Alertmanager and go nowhere. */
export const nowhere = "nowhere";

/** By what alerts become one notification: the owner, the model, and how bad it is. */
const groupBy = ["team", "namespace", "model", "severity"] as const;

/**
 * The tree: the root takes what has no team, a team's node takes what is its own, and under it each severity goes to
 * the receivers that the team names. The user's own routes are asked first.
 */
export function routeTree(config: Config): Route {
  const teams = [...config.teams.values()].map((team) => teamRoute(team));
  const routes = [...config.extend.routes.map(userRoute), ...teams];
  return { ...rootRoute(config), ...(routes.length === 0 ? {} : { routes }) };
}

/** What holds for every route that does not say otherwise. */
export function rootRoute({ alerting }: Config): Route {
  return {
    receiver: alerting.defaultReceiver ?? nowhere,
    group_by: groupBy,
    group_wait: alerting.groupWait.word,
    group_interval: alerting.groupInterval.word,
    repeat_interval: alerting.repeatInterval.word,
  };
}

/** The branch of a team; `first` comes before its own routes. */
export function teamRoute(team: Team, first: readonly Route[] = []): Route {
  const own = [...team.severities].flatMap(([severity, route]) => severityRoutes(severity, route));
  return { matchers: [matcher("team", "=", team.name)], routes: [...first, ...own] };
}

/** A route of the user's own. */
export function userRoute(route: ExtraRoute): Route {
  const { matchers, continue: goesOn, routes, ...settings } = route;
  return {
    ...(matchers.length === 0 ? {} : { matchers: matchers.map(({ label, op, value }) => matcher(label, op, value)) }),
    ...settings,
    ...(goesOn ? { continue: true } : {}),
    ...(routes.length === 0 ? {} : { routes: routes.map(userRoute) }),
  };
}

/** One route per receiver: all but the last let the alert go on to the next. A muted route ends the search as well. */
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

/** A matcher that the classic and the UTF-8 parser read alike: a plain label name and a double-quoted value. */
export function matcher(label: string, op: "=" | "!=" | "=~" | "!~", value: string): string {
  const escaped = value.replace(/[\\"]/gu, "\\$&").replace(/\n/gu, "\\n");
  return `${label}${op}"${escaped}"`;
}
