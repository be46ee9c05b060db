import type { ExtraRoute, RouteMatcher } from "../../config/config.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import { namespaceLabel } from "../promql/metric-names.ts";

/** Whether an alert meets a matcher, as far as can be told before it fires. */
export type Verdict = "yes" | "no" | "maybe";

/** The value of a label: a text, empty for a label that is not there, or undefined where it is not known. */
type LabelValue = (label: string) => string | undefined;

/** What is known of the labels of an alert. Who answers, and how bad it is, must be said by the rule itself. */
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

/** Whether labels meet all matchers. A regular expression that is not one in JavaScript too may match anything. */
export function verdict(matchers: readonly RouteMatcher[], labels: LabelValue): Verdict {
  const verdicts = matchers.map((matcher) => verdictOf(matcher, labels(matcher.label)));
  return verdicts.includes("no") ? "no" : verdicts.includes("maybe") ? "maybe" : "yes";
}

function verdictOf({ op, value }: RouteMatcher, label: string | undefined): Verdict {
  if (label === undefined) return "maybe";
  if (op === "=" || op === "!=") return (label === value) === (op === "=") ? "yes" : "no";
  try {
    return new RegExp(`^(?:${value})$`, "u").test(label) === (op === "=~") ? "yes" : "no";
  } catch {
    return "maybe";
  }
}

/**
 * Walks routes as an alert does, and visits each that it may reach. Gives whether one of them surely ends the search
 * (`yes`), perhaps takes the alert, or takes it and lets it go on (`maybe`), or whether none takes it (`no`).
 */
export function walk(
  routes: readonly ExtraRoute[],
  labels: LabelValue,
  visit: (route: ExtraRoute) => void = () => undefined,
): Verdict {
  let taken: Verdict = "no";
  for (const route of routes) {
    const found = verdict(route.matchers, labels);
    if (found === "no") continue;
    visit(route);
    walk(route.routes, labels, visit);
    if (found === "yes" && !route.continue) return "yes";
    taken = "maybe";
  }
  return taken;
}

/** Who is told by routes, and whether the search ends in them; undefined where that cannot be told. */
export function userRouteReceivers(
  routes: readonly ExtraRoute[],
  labels: LabelValue,
  inherited: string,
): { readonly receivers: readonly string[]; readonly ended: boolean } | undefined {
  const receivers: string[] = [];
  for (const route of routes) {
    const found = verdict(route.matchers, labels);
    if (found === "maybe") return undefined;
    if (found === "no") continue;
    const own = route.receiver ?? inherited;
    const below = userRouteReceivers(route.routes, labels, own);
    if (below === undefined) return undefined;
    receivers.push(...(below.receivers.length > 0 ? below.receivers : [own]));
    if (!route.continue) return { receivers, ended: true };
  }
  return { receivers, ended: false };
}
