import { namespaceLabel } from "../promql/metric-names.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import { matcher } from "./routing.ts";

/** Rule of Alertmanager that mutes some alerts while others fire. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/**
 * Builds the rules: a critical alert mutes the warnings of the same tag, an alert on a whole model those on its classes,
 * and an exporter that is down all other alerts of its job. A rule that no alert can match is left out.
 */
export function inhibitRules(alerts: readonly EffectiveAlert[], tagLabels: readonly string[]): readonly InhibitRule[] {
  const ofTags = alerts.filter(({ kept }) => kept?.includes("window"));
  const has = (alert: (of: EffectiveAlert) => boolean): boolean => ofTags.some(alert);
  const severity = (word: string) => (alert: EffectiveAlert) => alert.labels["severity"] === word;
  const ofClass = ({ kept }: EffectiveAlert): boolean => kept?.includes("class") ?? false;
  const rules: InhibitRule[] = [];
  if (has(severity("critical")) && has(severity("warning"))) {
    rules.push(
      ...perNamespace([matcher("severity", "=", "critical")], [matcher("severity", "=", "warning")], tagLabels),
    );
  }
  if (has(ofClass) && has((alert) => !ofClass(alert))) {
    rules.push(...perNamespace([matcher("class", "=", "")], [matcher("class", "!=", "")], [...tagLabels, "severity"]));
  }
  if (!alerts.some(({ name }) => name === "ModelQualityExporterDown")) return rules;
  const down = [matcher("alertname", "=", "ModelQualityExporterDown")];
  rules.push(...perNamespace(down, [matcher("alertname", "!=", "ModelQualityExporterDown")], ["job"]));
  if (alerts.some(({ name }) => name === "ModelQualityModelAbsent")) {
    // The alert on an absent model has no namespace, for there is no series that it could come from.
    rules.push(guarded(down, [matcher("alertname", "=", "ModelQualityModelAbsent")], ["job"]));
  }
  return rules;
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
