import type { Config } from "../config/config.ts";
import { exporterAlerts } from "./exporter-alerts.ts";
import { nowhere } from "./routing.ts";
import { modelRules } from "./rules.ts";

/** A set of labels that alerts carry, and the receivers that they must reach. */
export interface RoutingCase {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly string[];
}

/**
 * What the routing must do, told from the config and not from the tree: one case for every combination of name, team,
 * model and severity that an alert can have.
 */
export function routingCases(config: Config): readonly RoutingCase[] {
  const cases = modelRules(config).flatMap(({ model, alerts }) =>
    alerts.map((alert) => ({
      alertname: alert.name,
      ...alert.labels,
      ...(model.name === "*" ? {} : { model: model.name }),
    })),
  );
  const own = exporterAlerts(config).map((alert) => ({ alertname: alert.name, ...alert.labels }));
  const distinct = new Map([...cases, ...own].map((labels) => [JSON.stringify(labels), labels]));
  return [...distinct.values()].map((labels) => ({ labels, receivers: receiversOf(config, labels) }));
}

/** Who the config says must be told; the default receiver takes what has no team. */
function receiversOf(config: Config, labels: Readonly<Record<string, string>>): readonly string[] {
  const team = config.teams.get(labels["team"] ?? "");
  return team?.severities.get(labels["severity"] ?? "")?.receivers ?? [config.alerting.defaultReceiver ?? nowhere];
}
