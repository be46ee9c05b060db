import type { Config } from "../../config/config.ts";
import { escapeRegex } from "../promql/builder.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { figureLabels, type Figure } from "../rules/alert.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import { bySeverity, isOfTeam } from "../rules/severities.ts";
import { matcher } from "./routing.ts";

/** Rule of Alertmanager that mutes some alerts while others fire. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** Sections of the config that inhibition depends on. */
export type InhibitionSections = Pick<Config, "tagLabels" | "teams">;

/**
 * Builds the rules: an alert mutes those of the same figure (metric, class or average) and tag at lower severities, and an
 * exporter that is down all other alerts of its job. A rule that no two alerts can match is left out.
 */
export function inhibitRules(alerts: readonly EffectiveAlert[], config: InhibitionSections): readonly InhibitRule[] {
  const rules = [...severityRules(alerts, config)];
  if (!alerts.some(({ name }) => name === "ModelQualityExporterDown")) return rules;
  const down = [matcher("alertname", "=", "ModelQualityExporterDown")];
  rules.push(...perNamespace(down, [matcher("alertname", "!=", "ModelQualityExporterDown")], ["job"]));
  if (alerts.some(({ name }) => name === "ModelQualityModelAbsent")) {
    // The alert on an absent model has no namespace, for there is no series that it could come from.
    rules.push(guarded(down, [matcher("alertname", "=", "ModelQualityModelAbsent")], ["job"]));
  }
  return rules;
}

/** Alert on a figure that can mute others, or be muted. */
interface Graded {
  readonly name: string;
  readonly severity: string;
  readonly team: string | undefined;
  readonly model: string | undefined;
  readonly figure: Figure;
}

/** Rule that several pairs of alerts share: all alerts of one metric at one severity. */
interface Pair {
  readonly figure: Figure;
  readonly severity: string;
  /** Team whose own order of severities the rule follows; undefined where all teams have the same. */
  readonly team: string | undefined;
  readonly sources: Set<string>;
  readonly targets: Set<string>;
  readonly lower: Set<string>;
}

function severityRules(
  alerts: readonly EffectiveAlert[],
  { tagLabels, teams }: InhibitionSections,
): readonly InhibitRule[] {
  const graded = alerts.flatMap(({ name, model, labels: { severity, team }, generated }): Graded[] =>
    generated?.figure === undefined || severity === undefined
      ? []
      : [{ name, severity, team, model, figure: generated.figure }],
  );
  const pairs = new Map<string, Pair>();
  for (const source of graded) {
    const order = bySeverity([...(teams.get(source.team ?? "")?.severities.keys() ?? []), source.severity]);
    for (const target of graded) {
      const isLower = order.indexOf(target.severity) > order.indexOf(source.severity);
      if (!isLower || !isSameFigure(source, target)) continue;
      const { figure, severity } = source;
      const team = isOfTeam(severity) || isOfTeam(target.severity) ? source.team : undefined;
      const key = JSON.stringify([figure.metric, figureLabels(figure), severity, team]);
      const pair: Pair = pairs.get(key) ?? {
        ...{ figure, severity, team },
        ...{ sources: new Set(), targets: new Set(), lower: new Set() },
      };
      pair.sources.add(source.name);
      pair.targets.add(target.name);
      pair.lower.add(target.severity);
      pairs.set(key, pair);
    }
  }
  return [...pairs.values()].flatMap(({ figure, severity, team, sources, targets, lower }) => {
    const owner = team === undefined ? [] : [matcher("team", "=", team)];
    return perNamespace(
      [anyOf("alertname", sources), anyOf("severity", new Set([severity])), ...owner],
      [anyOf("alertname", targets), anyOf("severity", lower), ...owner],
      [...tagLabels, ...figureLabels(figure)],
    );
  });
}

function isSameFigure(a: Graded, b: Graded): boolean {
  return (
    a.model === b.model &&
    a.team === b.team &&
    a.figure.metric === b.figure.metric &&
    a.figure.class === b.figure.class &&
    a.figure.average === b.figure.average
  );
}

function anyOf(label: string, values: ReadonlySet<string>): string {
  const [first = "", ...more] = values;
  if (more.length === 0) return matcher(label, "=", first);
  return matcher(label, "=~", [...values].sort().map(escapeRegex).join("|"));
}

/** Builds the rule for alerts of one namespace, and the rule for alerts that have none. */
function perNamespace(
  source: readonly string[],
  target: readonly string[],
  equal: readonly string[],
): readonly InhibitRule[] {
  const none = matcher(namespaceLabel, "=", "");
  return [guarded(source, target, [namespaceLabel, ...equal]), guarded([...source, none], [...target, none], equal)];
}

/** Alertmanager takes a label that both alerts lack for equal: the matchers demand a value. */
function guarded(source: readonly string[], target: readonly string[], equal: readonly string[]): InhibitRule {
  const guards = equal.map((label) => matcher(label, "!=", ""));
  return { source_matchers: [...source, ...guards], target_matchers: [...target, ...guards], equal };
}
