import type { Config } from "../../config/config.ts";
import { userRouteReceivers } from "./route-matching.ts";
import { effectiveAlerts } from "../rules/effective-alerts.ts";
import { nowhere } from "./routing.ts";

/** A set of labels that alerts carry, and the receivers that they must reach. */
export interface RoutingCase {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
}

/**
 * What the routing must do, told from the config and not from the tree: one case for every combination of name, team,
 * model and severity that an alert can have. An alert with a label that only its template knows has none.
 */
export function routingCases(config: Config): readonly RoutingCase[] {
  const cases = effectiveAlerts(config).flatMap(({ name, labels, kept, model, generated }) => {
    const told = Object.entries(labels).flatMap(([label, value]) =>
      value === undefined ? [] : [[label, value] as const],
    );
    if (told.length < Object.keys(labels).length) return [];
    const named = model !== undefined && generated?.absentModel === undefined && kept?.includes("model");
    return [{ alertname: name, ...Object.fromEntries(told), ...(named ? { model } : {}) }];
  });
  const distinct = new Map(cases.map((labels) => [JSON.stringify(labels), labels]));
  return [...distinct.values()].flatMap((labels) => {
    const receivers = receiversOf(config, labels);
    return receivers === undefined ? [] : [{ labels, receivers }];
  });
}

/**
 * Who the config says must be told: by the user's own routes, and where these let the alert go on, by its team; the
 * default receiver takes what nobody takes. Undefined where the user's routes match in a way that cannot be told.
 */
function receiversOf(config: Config, labels: Readonly<Record<string, string>>): readonly string[] | undefined {
  const root = config.alerting.defaultReceiver ?? nowhere;
  const extra = userRouteReceivers(config.extend.routes, (label) => labels[label] ?? "", root);
  if (extra === undefined || extra.ended) return extra?.receivers;
  const team = config.teams.get(labels["team"] ?? "");
  const own = team && (team.severities.get(labels["severity"] ?? "")?.receivers ?? [root]);
  if (own !== undefined) return [...extra.receivers, ...own];
  return extra.receivers.length > 0 ? extra.receivers : [root];
}
