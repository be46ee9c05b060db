import { pathText } from "../config/fault.ts";
import type { Config, ExtraRoute, Rule, RuleGroup } from "../config/config.ts";
import { effectiveGroups, type EffectiveGroup } from "./rules/change-rules.ts";
import { labelsOf, walk } from "./alertmanager/route-matching.ts";
import { effectiveAlerts, type EffectiveAlert } from "./rules/effective-alerts.ts";
import { atLeast } from "./tool-versions.ts";

type Version = readonly [number, number];

/** What is wrong with the files for what `extend` adds to them or changes in them. */
export function* extendFaults(config: Config): Generator<string> {
  const groups = effectiveGroups(config);
  yield* groups.flatMap(({ faults }) => faults);
  yield* versionFaults(config, groups);
  yield* nameFaults(config, groups);
  const alerts = effectiveAlerts(config);
  yield* unroutedFaults(config, alerts);
  yield* unreachedFaults(config, alerts);
  yield* shadowFaults(config, alerts);
}

/** By the key of a group or a rule: the Prometheus that brought it. */
const groupSince = { limit: [2, 31], query_offset: [2, 53], labels: [3, 0] } as const;
const keepSince: Version = [2, 42];

function* versionFaults(config: Config, groups: readonly EffectiveGroup[]): Generator<string> {
  const { version } = config.prometheus;
  const lacks = (since: Version): string =>
    `needs Prometheus ${since.join(".")}, but prometheus.version is ${version.join(".")}`;
  for (const [path, group] of namedGroups(config, groups)) {
    for (const key of ["limit", "query_offset", "labels"] as const) {
      const since = groupSince[key];
      if (group[key] !== undefined && !atLeast(version, since)) yield `${path}.${key}: ${lacks(since)}`;
    }
    for (const [index, rule] of group.rules.entries()) {
      if (rule.keep_firing_for === undefined || atLeast(version, keepSince)) continue;
      yield `${path}.rules[${index}].keep_firing_for: ${lacks(keepSince)}`;
    }
  }
  yield* activeFaults(config, config.extend.routes, ["extend", "routes"]);
}

function* namedGroups(config: Config, groups: readonly EffectiveGroup[]): Generator<readonly [string, RuleGroup]> {
  for (const { group } of groups) yield [`extend.changeRules(${JSON.stringify(group.name)})`, group];
  for (const [index, group] of config.extend.ruleGroups.entries()) yield [`extend.ruleGroups[${index}]`, group];
}

function* activeFaults(config: Config, routes: readonly ExtraRoute[], path: readonly PropertyKey[]): Generator<string> {
  const { version } = config.alerting;
  for (const [index, route] of routes.entries()) {
    if (route.active_time_intervals !== undefined && !atLeast(version, [0, 24])) {
      const key = pathText([...path, index, "active_time_intervals"]);
      yield `${key}: needs Alertmanager 0.24, but alerting.version is ${version.join(".")}`;
    }
    yield* activeFaults(config, route.routes, [...path, index, "routes"]);
  }
}

/** Names that are ours stay ours: the tests, the runbooks and the muting go by them. */
function* nameFaults(config: Config, groups: readonly EffectiveGroup[]): Generator<string> {
  const groupNames = new Set(groups.map(({ generated }) => generated.group.name));
  const ours = new Set(groups.flatMap(({ generated }) => generated.group.rules.map(nameOf)));
  for (const [index, { name, rules }] of config.extend.ruleGroups.entries()) {
    const path = `extend.ruleGroups[${index}]`;
    if (groupNames.has(name)) yield `${path}.name: ${JSON.stringify(name)} is the name of a generated group`;
    for (const [place, rule] of rules.entries()) {
      const what = nameOf(rule);
      if (!ours.has(what)) continue;
      const key = rule.alert === undefined ? "record" : "alert";
      yield `${path}.rules[${place}].${key}: ${JSON.stringify(what)} is the name of a generated rule; choose another, or change that one in extend.changeRules`;
    }
  }
  if (config.extend.changeRules === undefined) return;
  const added = new Map<string, string>();
  for (const [index, { rules }] of config.extend.ruleGroups.entries()) {
    for (const [place, rule] of rules.entries())
      added.set(identityOf(rule), `extend.ruleGroups[${index}].rules[${place}]`);
  }
  for (const { generated, group } of groups) yield* changedNames(generated.group, group, ours, added);
}

/**
 * What a function gives may have the names of its own group, as often as they differ in something; a new name must be new
 * everywhere. `added` are the user's rules so far, by name and labels, with their paths.
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
    // Two recording rules of one name would write one series; two of our alerts may differ in what they ask.
    const asks = own.has(name) && rule.record === undefined ? rule.expr : "";
    const identity = identityOf(rule) + asks;
    const places = own.has(name) ? seen : added;
    const first = places.get(identity);
    if (first === undefined) places.set(identity, path);
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

/** An alert that the user made or changed must reach somebody, as those of objectives must. */
function* unroutedFaults(config: Config, alerts: readonly EffectiveAlert[]): Generator<string> {
  for (const alert of alerts) {
    const { path, name, labels, generated } = alert;
    if (path === undefined || walk(config.extend.routes, labelsOf(alert)) !== "no" || routed(config, labels)) continue;
    // An alert on the exporter may have nobody that owns it: then the root is where it belongs.
    if (labels["team"] === undefined && generated !== undefined && generated.labels["team"] === undefined) continue;
    yield `${path}: only the root of the routing would catch the alert ${JSON.stringify(name)}; give it the labels of a \`team\` and of a \`severity\` that the team routes, or a route of its own in extend.routes`;
  }
}

function routed({ teams }: Config, labels: EffectiveAlert["labels"]): boolean {
  if (!("team" in labels) || !("severity" in labels)) return false;
  const { team, severity } = labels;
  const possible = team === undefined ? [...teams.values()] : [teams.get(team)];
  return possible.some((one) => one !== undefined && (severity === undefined || one.severities.has(severity)));
}

function* unreachedFaults(config: Config, alerts: readonly EffectiveAlert[]): Generator<string> {
  const reached = new Set<ExtraRoute>();
  for (const alert of alerts) walk(config.extend.routes, labelsOf(alert), (route) => reached.add(route));
  const unreached = function* (routes: readonly ExtraRoute[], path: readonly PropertyKey[]): Generator<string> {
    for (const [index, route] of routes.entries()) {
      if (reached.has(route)) yield* unreached(route.routes, [...path, index, "routes"]);
      else {
        yield `${pathText([...path, index])}: no alert reaches this route; none has such labels, or a route before it takes them all`;
      }
    }
  };
  yield* unreached(config.extend.routes, ["extend", "routes"]);
}

/** A route of the user's that takes all alerts of a generated one leaves that unreachable. */
function* shadowFaults(config: Config, alerts: readonly EffectiveAlert[]): Generator<string> {
  for (const { name: team, severities } of config.teams.values()) {
    for (const severity of severities.keys()) {
      const own = alerts.filter(({ labels }) => labels["team"] === team && labels["severity"] === severity);
      const taken = own.length > 0 && own.every((alert) => walk(config.extend.routes, labelsOf(alert)) === "yes");
      if (!taken) continue;
      yield `${pathText(["teams", team, severity])}: extend.routes takes every alert of this route; let them go on with \`continue: true\`, or narrow the matchers`;
    }
  }
}
