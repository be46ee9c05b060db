import type { Config, SeverityRoute } from "../config/config.ts";

/** A node of Alertmanager's routing tree. */
export interface Route {
  readonly matchers?: readonly string[];
  readonly receiver?: string;
  readonly continue?: true;
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

/** The receiver of a config that names none: alerts show in Alertmanager and go nowhere. */
export const nowhere = "nowhere";

/** By what alerts become one notification: the owner, the model, and how bad it is. */
const groupBy = ["team", "namespace", "model", "severity"] as const;

/**
 * The tree: the root takes what has no team, a team's node takes what is its own, and under it each severity goes to
 * the receivers that the team names.
 */
export function routeTree({ alerting, teams }: Config): Route {
  return {
    receiver: alerting.defaultReceiver ?? nowhere,
    group_by: groupBy,
    group_wait: alerting.groupWait.word,
    group_interval: alerting.groupInterval.word,
    repeat_interval: alerting.repeatInterval.word,
    ...(teams.size === 0
      ? {}
      : {
          routes: [...teams.values()].map((team) => ({
            matchers: [matcher("team", "=", team.name)],
            routes: [...team.severities].flatMap(([severity, route]) => severityRoutes(severity, route)),
          })),
        }),
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
