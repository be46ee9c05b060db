import type { Config } from "../../config/config.ts";
import type { InhibitRule } from "./inhibition.ts";
import { withMessages } from "./receiver-messages.ts";
import { nowhere, routeTree, type RoutingSections } from "./routing.ts";
import { timeIntervalLists } from "./time-intervals.ts";

/** Builds `alertmanager.yml`: routing, inhibition, receivers, and where the message templates are. */
export function alertmanagerConfig(
  config: RoutingSections & Pick<Config, "receivers">,
  inhibitRules: readonly InhibitRule[],
): Readonly<Record<string, unknown>> & { readonly receivers: readonly unknown[] } {
  const receivers = [...config.receivers.values()].map(({ name, integrations }) => {
    const lists = new Map<string, unknown[]>();
    for (const integration of integrations) {
      const list = lists.get(integration.list) ?? [];
      lists.set(integration.list, [...list, withMessages(integration)]);
    }
    return { name, ...Object.fromEntries(lists) };
  });
  return {
    templates: ["templates/*.tmpl"],
    ...timeIntervalLists(config.alerting),
    route: routeTree(config),
    inhibit_rules: inhibitRules,
    receivers: receivers.length === 0 ? [{ name: nowhere }] : receivers,
  };
}
