import type { Config } from "../../config/config.ts";
import { escapeRegex } from "../promql/builder.ts";
import { jobName } from "../promql/metric-names.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import { alertmanagerConfig } from "./alertmanager-config.ts";
import type { InhibitRule } from "./inhibition.ts";
import { matcher, routeTree, type Route, type RoutingSections } from "./routing.ts";

/** Part of Alertmanager's config that is merged into another one. */
export interface RouteFragment extends Readonly<Record<string, unknown>> {
  readonly route: { readonly routes: readonly Route[] };
  readonly receivers: readonly unknown[];
}

/**
 * Builds what an Alertmanager with a config of its own lacks: the routes below its root, which take our alerts and no
 * others, with the receivers, time intervals, inhibition and templates that they need.
 */
export function routeFragment(
  config: RoutingSections & Pick<Config, "receivers">,
  inhibitRules: readonly InhibitRule[],
  alerts: readonly EffectiveAlert[],
): RouteFragment {
  const whole = alertmanagerConfig(config, inhibitRules);
  const tree = routeTree(config);
  const unmarked = [...new Set(alerts.flatMap(({ name, labels }) => (labels["job"] === jobName ? [] : [name])))];
  const routes: readonly Route[] = [
    { matchers: [matcher("job", "=", jobName)], ...tree },
    ...(unmarked.length === 0
      ? []
      : [
          {
            matchers: [matcher("alertname", "=~", unmarked.map(escapeRegex).join("|")), matcher("job", "!=", jobName)],
            ...tree,
          },
        ]),
  ];
  return { ...whole, route: { routes } };
}

/** Completes a fragment to a config of which all other alerts go elsewhere, for checks by Alertmanager's own tool. */
export function completeConfig(fragment: RouteFragment): Readonly<Record<string, unknown>> {
  const elsewhere = "elsewhere";
  return {
    ...fragment,
    route: { receiver: elsewhere, ...fragment.route },
    receivers: [{ name: elsewhere }, ...fragment.receivers],
  };
}
