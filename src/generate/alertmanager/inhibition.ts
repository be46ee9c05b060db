import type { Config } from "../../config/config.ts";
import { effectiveAlerts, type EffectiveAlert } from "../rules/effective-alerts.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { matcher } from "./routing.ts";

/** A rule of Alertmanager that mutes some alerts while others fire. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/**
 * What mutes what: a critical alert the warnings of the same tag, an alert on a whole model those on its classes, and an
 * exporter that is down all that it feeds. A rule that no alert of this config could meet is not written.
 */
export function inhibitRules(config: Config): readonly InhibitRule[] {
  const alerts = effectiveAlerts(config);
  const ofTags = alerts.filter(({ kept }) => kept?.includes("window"));
  const has = (alert: (of: EffectiveAlert) => boolean): boolean => ofTags.some(alert);
  const severity = (word: string) => (alert: EffectiveAlert) => alert.labels["severity"] === word;
  const ofClass = ({ kept }: EffectiveAlert): boolean => kept?.includes("class") ?? false;
  const rules: InhibitRule[] = [];
  if (has(severity("critical")) && has(severity("warning"))) {
    rules.push(
      ...perNamespace([matcher("severity", "=", "critical")], [matcher("severity", "=", "warning")], config.tagLabels),
    );
  }
  if (has(ofClass) && has((alert) => !ofClass(alert))) {
    rules.push(
      ...perNamespace([matcher("class", "=", "")], [matcher("class", "!=", "")], [...config.tagLabels, "severity"]),
    );
  }
  if (!alerts.some(({ name }) => name === "ModelQualityExporterDown")) return rules;
  const down = [matcher("alertname", "=", "ModelQualityExporterDown")];
  rules.push(...perNamespace(down, [matcher("alertname", "!=", "ModelQualityExporterDown")], ["job"]));
  if (alerts.some(({ name }) => name === "ModelQualityModelAbsent")) {
    // An absent model has no namespace: no series says in which it should be.
    rules.push(guarded(down, [matcher("alertname", "=", "ModelQualityModelAbsent")], ["job"]));
  }
  return rules;
}

/** The rule for alerts of one namespace, and the rule for alerts that have none. */
function perNamespace(
  source: readonly string[],
  target: readonly string[],
  equal: readonly string[],
): readonly InhibitRule[] {
  const none = matcher(namespaceLabel, "=", "");
  return [guarded(source, target, [namespaceLabel, ...equal]), guarded([...source, none], [...target, none], equal)];
}

/** Alertmanager takes a label for equal where both alerts lack it; so both must have it. */
function guarded(source: readonly string[], target: readonly string[], equal: readonly string[]): InhibitRule {
  const guards = equal.map((label) => matcher(label, "!=", ""));
  return { source_matchers: [...source, ...guards], target_matchers: [...target, ...guards], equal };
}
