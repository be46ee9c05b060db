import { pathText } from "../config/fault.ts";
import type { Config, ExtraRoute, Extension, Rule, RuleGroup } from "../config/config.ts";
import { labelsOf, walkRoutes } from "./alertmanager/route-matching.ts";
import type { EffectiveGroup } from "./rules/change-rules.ts";
import type { EffectiveAlert } from "./rules/effective-alerts.ts";
import { atLeast, since, tooOld, type ToolVersion } from "./tool-versions.ts";

type Teams = Config["teams"];

/** Finds the faults of what `extend` adds to the files or changes in them. */
export function* extendFaults(
  { extend, teams, prometheus, alerting }: Pick<Config, "extend" | "teams" | "prometheus" | "alerting">,
  { groups, alerts }: { readonly groups: readonly EffectiveGroup[]; readonly alerts: readonly EffectiveAlert[] },
): Generator<string> {
  yield* groups.flatMap(({ faults }) => faults);
  yield* groupVersionFaults(prometheus.version, extend, groups);
  yield* routeVersionFaults(alerting.version, extend.routes, ["extend", "routes"]);
  yield* nameFaults(extend, groups);
  yield* unroutedFaults(extend.routes, teams, alerts);
  yield* unreachedFaults(extend.routes, alerts);
  yield* shadowFaults(extend.routes, teams, alerts);
}

function* groupVersionFaults(
  version: ToolVersion,
  { ruleGroups }: Extension,
  groups: readonly EffectiveGroup[],
): Generator<string> {
  const named = [
    ...groups.map(({ group }) => [`extend.changeRules(${JSON.stringify(group.name)})`, group] as const),
    ...ruleGroups.map((group, index) => [`extend.ruleGroups[${index}]`, group] as const),
  ];
  for (const [path, group] of named) {
    for (const key of ["limit", "query_offset", "labels"] as const) {
      const needed = since.prometheus[key];
      if (group[key] === undefined || atLeast(version, needed)) continue;
      yield `${path}.${key}: ${tooOld("Prometheus", version, needed)}`;
    }
    const { keep_firing_for: needed } = since.prometheus;
    for (const [index, rule] of group.rules.entries()) {
      if (rule.keep_firing_for === undefined || atLeast(version, needed)) continue;
      yield `${path}.rules[${index}].keep_firing_for: ${tooOld("Prometheus", version, needed)}`;
    }
  }
}

function* routeVersionFaults(
  version: ToolVersion,
  routes: readonly ExtraRoute[],
  path: readonly PropertyKey[],
): Generator<string> {
  const { active_time_intervals: needed } = since.alertmanager;
  for (const [index, route] of routes.entries()) {
    if (route.active_time_intervals !== undefined && !atLeast(version, needed)) {
      yield `${pathText([...path, index, "active_time_intervals"])}: ${tooOld("Alertmanager", version, needed)}`;
    }
    yield* routeVersionFaults(version, route.routes, [...path, index, "routes"]);
  }
}

/** Names of generated rules and groups are reserved: the tests, the runbooks and the inhibition go by them. */
function* nameFaults({ ruleGroups, changeRules }: Extension, groups: readonly EffectiveGroup[]): Generator<string> {
  const groupNames = new Set(groups.map(({ generated }) => generated.group.name));
  const ours = new Set(groups.flatMap(({ generated }) => generated.group.rules.map(nameOf)));
  for (const [index, { name, rules }] of ruleGroups.entries()) {
    const path = `extend.ruleGroups[${index}]`;
    if (groupNames.has(name)) yield `${path}.name: ${JSON.stringify(name)} is the name of a generated group`;
    for (const [position, rule] of rules.entries()) {
      const what = nameOf(rule);
      if (!ours.has(what)) continue;
      const key = rule.alert === undefined ? "record" : "alert";
      yield `${path}.rules[${position}].${key}: ${JSON.stringify(what)} is the name of a generated rule; choose another, or change that one in extend.changeRules`;
    }
  }
  if (changeRules === undefined) return;
  const added = new Map<string, string>();
  for (const [index, { rules }] of ruleGroups.entries()) {
    for (const [position, rule] of rules.entries())
      added.set(identityOf(rule), `extend.ruleGroups[${index}].rules[${position}]`);
  }
  for (const { generated, group } of groups) yield* changedNames(generated.group, group, ours, added);
}

/**
 * A changed group may use the names of the generated one, for rules that differ; any other name must be new everywhere.
 * `added` are the user's own rules so far: their paths by name and labels.
 */
function* changedNames(
  before: RuleGroup,
  after: RuleGroup,
  ours: ReadonlySet<string>,
  added: Map<string, string>,
): Generator<string> {
  const own = new Set(before.rules.map(nameOf));
  const seen = new Map<string, string>();
  for (const [index, rule] of after.rules.entries()) {
    const path = `extend.changeRules(${JSON.stringify(after.name)}).rules[${index}]`;
    const name = nameOf(rule);
    if (!own.has(name) && ours.has(name)) {
      yield `${path}: ${JSON.stringify(name)} is the name of a rule of another generated group; choose another`;
    }
    // Two recording rules of one name would write one series; two alerts of one name may differ in their expression.
    const expression = own.has(name) && rule.record === undefined ? rule.expr : "";
    const identity = identityOf(rule) + expression;
    const paths = own.has(name) ? seen : added;
    const first = paths.get(identity);
    if (first === undefined) paths.set(identity, path);
    else yield `${path}: ${JSON.stringify(name)} with the same labels is ${first} already`;
  }
}

function nameOf({ alert, record }: Rule): string {
  return alert ?? record ?? "";
}

function identityOf(rule: Rule): string {
  const labels = Object.entries(rule.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([nameOf(rule), labels]);
}

/** Alerts that the user wrote or changed must reach a receiver, as those of objectives must. */
function* unroutedFaults(
  routes: readonly ExtraRoute[],
  teams: Teams,
  alerts: readonly EffectiveAlert[],
): Generator<string> {
  for (const alert of alerts) {
    const { path, name, labels, generated } = alert;
    if (path === undefined || walkRoutes(routes, labelsOf(alert)) !== "no" || isRouted(teams, labels)) continue;
    // The default receiver takes an alert on the exporter that no team owns.
    if (labels["team"] === undefined && generated !== undefined && generated.labels["team"] === undefined) continue;
    yield `${path}: only the root of the routing would catch the alert ${JSON.stringify(name)}; give it the labels of a \`team\` and of a \`severity\` that the team routes, or a route of its own in extend.routes`;
  }
}

function isRouted(teams: Teams, labels: EffectiveAlert["labels"]): boolean {
  if (!("team" in labels) || !("severity" in labels)) return false;
  const { team, severity } = labels;
  const possible = team === undefined ? [...teams.values()] : [teams.get(team)];
  return possible.some((one) => one !== undefined && (severity === undefined || one.severities.has(severity)));
}

function* unreachedFaults(all: readonly ExtraRoute[], alerts: readonly EffectiveAlert[]): Generator<string> {
  const reached = new Set<ExtraRoute>();
  for (const alert of alerts) walkRoutes(all, labelsOf(alert), (route) => reached.add(route));
  const unreached = function* (routes: readonly ExtraRoute[], path: readonly PropertyKey[]): Generator<string> {
    for (const [index, route] of routes.entries()) {
      if (reached.has(route)) yield* unreached(route.routes, [...path, index, "routes"]);
      else {
        yield `${pathText([...path, index])}: no alert reaches this route; none has such labels, or a route before it takes them all`;
      }
    }
  };
  yield* unreached(all, ["extend", "routes"]);
}

/** Routes of the user that take all alerts of a generated route make that route unreachable. */
function* shadowFaults(
  routes: readonly ExtraRoute[],
  teams: Teams,
  alerts: readonly EffectiveAlert[],
): Generator<string> {
  for (const { name: team, severities } of teams.values()) {
    for (const severity of severities.keys()) {
      const own = alerts.filter(({ labels }) => labels["team"] === team && labels["severity"] === severity);
      const taken = own.length > 0 && own.every((alert) => walkRoutes(routes, labelsOf(alert)) === "yes");
      if (!taken) continue;
      yield `${pathText(["teams", team, severity])}: extend.routes takes every alert of this route; let them go on with \`continue: true\`, or narrow the matchers`;
    }
  }
}
