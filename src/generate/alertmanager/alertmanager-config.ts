import type { Config } from "../../config/config.ts";
import { inhibitRules } from "./inhibition.ts";
import { withMessages } from "./receiver-messages.ts";
import { nowhere, routeTree } from "./routing.ts";
import { timeIntervalLists } from "./time-intervals.ts";

/** `alertmanager.yml`: who is told what, what mutes what, and where the messages stand. */
export function alertmanagerConfig(config: Config): Record<string, unknown> {
  return {
    templates: ["templates/*.tmpl"],
    ...timeIntervalLists(config),
    route: routeTree(config),
    inhibit_rules: inhibitRules(config),
    receivers: [
      ...(config.receivers.size === 0 ? [{ name: nowhere }] : []),
      ...[...config.receivers.values()].map(({ name, integrations }) => {
        const lists = new Map<string, unknown[]>();
        for (const integration of integrations) {
          const list = lists.get(integration.list) ?? [];
          lists.set(integration.list, [...list, withMessages(integration)]);
        }
        return { name, ...Object.fromEntries(lists) };
      }),
    ],
  };
}
