import type { ExtraRoute, RouteMatcher } from "../../config/config.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";

/** Result of matching an alert before it fires, when the values of some labels are not known. */
export type Match = "yes" | "no" | "maybe";

/** Gives the value of a label: empty for a label that is not there, undefined where it is not known. */
type LabelValue = (label: string) => string | undefined;

/** Gives what is known of the labels of an alert; `team` and `severity` must be set by the rule itself. */
export function labelsOf(alert: EffectiveAlert): LabelValue {
  return (label) => {
    if (label === "alertname") return alert.name;
    if (Object.hasOwn(alert.labels, label)) return alert.labels[label];
    if (label === "model" && alert.model !== undefined) return alert.model;
    if (label === namespaceLabel) return undefined;
    const open = alert.kept?.includes(label) ?? (label !== "team" && label !== "severity");
    return open ? undefined : "";
  };
}

/** Matches labels with all matchers; a regular expression that JavaScript does not know gives "maybe". */
export function matchLabels(matchers: readonly RouteMatcher[], labels: LabelValue): Match {
  const matches = matchers.map((matcher) => matchLabel(matcher, labels(matcher.label)));
  return matches.includes("no") ? "no" : matches.includes("maybe") ? "maybe" : "yes";
}

function matchLabel({ op, value }: RouteMatcher, label: string | undefined): Match {
  if (label === undefined) return "maybe";
  if (op === "=" || op === "!=") return (label === value) === (op === "=") ? "yes" : "no";
  try {
    return new RegExp(`^(?:${value})$`, "u").test(label) === (op === "=~") ? "yes" : "no";
  } catch {
    return "maybe";
  }
}

/**
 * Walks routes as Alertmanager does, and visits each that an alert may reach. Gives "yes" where a route takes the alert
 * for sure and ends the search, "maybe" where one may take it or lets it go on, "no" where none takes it.
 */
export function walkRoutes(
  routes: readonly ExtraRoute[],
  labels: LabelValue,
  visit: (route: ExtraRoute) => void = () => undefined,
): Match {
  let taken: Match = "no";
  for (const route of routes) {
    const match = matchLabels(route.matchers, labels);
    if (match === "no") continue;
    visit(route);
    walkRoutes(route.routes, labels, visit);
    if (match === "yes" && !route.continue) return "yes";
    taken = "maybe";
  }
  return taken;
}

/** Receivers that routes send an alert to. */
export interface RoutedReceivers {
  readonly receivers: readonly string[];
  /** True where the search ends in these routes. */
  readonly ended: boolean;
}

/** Finds the receivers that routes send an alert to; undefined where the labels do not decide it. */
export function routedReceivers(
  routes: readonly ExtraRoute[],
  labels: LabelValue,
  inherited: string,
): RoutedReceivers | undefined {
  const receivers: string[] = [];
  for (const route of routes) {
    const match = matchLabels(route.matchers, labels);
    if (match === "maybe") return undefined;
    if (match === "no") continue;
    const own = route.receiver ?? inherited;
    const below = routedReceivers(route.routes, labels, own);
    if (below === undefined) return undefined;
    receivers.push(...(below.receivers.length > 0 ? below.receivers : [own]));
    if (!route.continue) return { receivers, ended: true };
  }
  return { receivers, ended: false };
}
