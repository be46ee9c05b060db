import type { ExtraRoute } from "../../config/config.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import { routedReceivers } from "./route-matching.ts";
import { nowhere, type RoutingSections } from "./routing.ts";

/** Labels of an alert, and the receivers that it must reach. */
export interface RoutingCase {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
}

/**
 * Builds the cases that the routing must pass, from the config and not from the routing tree: one for every combination
 * of name, team, model and severity. An alert with a label that is known only when it fires has no case.
 */
export function routingCases(alerts: readonly EffectiveAlert[], config: RoutingSections): readonly RoutingCase[] {
  const looked = new Set([...routed, ...matchedLabels(config.extend.routes)]);
  const cases = alerts.flatMap(({ name, labels, kept, model }) => {
    if (Object.values(labels).includes(undefined)) return [];
    const known = Object.entries(labels).filter(([label]) => looked.has(label));
    const named = model !== undefined && kept?.includes("model");
    return [{ alertname: name, ...Object.fromEntries(known), ...(named ? { model } : {}) }];
  });
  const distinct = new Map(cases.map((labels) => [JSON.stringify(labels), labels]));
  return [...distinct.values()].flatMap((labels) => {
    const receivers = receiversOf(config, labels);
    return receivers === undefined ? [] : [{ labels, receivers }];
  });
}

/** Labels that generated routes look at, or that say whose alert it is. */
const routed = ["team", "model", "severity", "job"];

function matchedLabels(routes: readonly ExtraRoute[]): readonly string[] {
  return routes.flatMap(({ matchers, routes: below }) => [
    ...matchers.map(({ label }) => label),
    ...matchedLabels(below),
  ]);
}

/**
 * Finds the receivers by the user's own routes and, where these let the alert go on, by its team; the default receiver
 * takes what nobody takes. Undefined where the labels do not decide it.
 */
function receiversOf(
  { alerting, extend, teams }: RoutingSections,
  labels: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  const root = alerting.defaultReceiver ?? nowhere;
  const extra = routedReceivers(extend.routes, (label) => labels[label] ?? "", root);
  if (extra === undefined || extra.ended) return extra?.receivers;
  const team = teams.get(labels["team"] ?? "");
  const own = team && (team.severities.get(labels["severity"] ?? "")?.receivers ?? [root]);
  if (own !== undefined) return [...extra.receivers, ...own];
  return extra.receivers.length > 0 ? extra.receivers : [root];
}
