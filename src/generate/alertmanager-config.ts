import type { Config } from "../config/config.ts";
import { nowhere, routeTree } from "./routing.ts";

/** `alertmanager.yml`: who is told what. */
export function alertmanagerConfig(config: Config): Record<string, unknown> {
  return {
    route: routeTree(config),
    receivers: [
      ...(config.receivers.size === 0 ? [{ name: nowhere }] : []),
      ...[...config.receivers.values()].map(({ name, integrations }) => {
        const lists: Record<string, unknown[]> = {};
        for (const { list, settings } of integrations) (lists[list] ??= []).push(settings);
        return { name, ...lists };
      }),
    ],
  };
}
