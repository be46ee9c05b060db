import { derivedNames } from "../rules/alert-name.ts";
import type { EffectiveAlert } from "../rules/effective-alerts.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import type { ModelRules } from "../rules/rule-groups.ts";
import { exporterRunbooks } from "./exporter-runbooks.ts";
import { objectiveRunbook } from "./objective-runbook.ts";
import { runbookPage } from "./page.ts";

/** Writes a runbook for each name among the alerts that is a generated one. */
export function runbookFiles(
  models: readonly ModelRules[],
  alerts: readonly EffectiveAlert[],
): readonly (readonly [path: string, text: string])[] {
  const names = new Set(alerts.map(({ name }) => name));
  const byName = new Map<string, ObjectiveAlert[]>();
  for (const alert of models.flatMap(({ alerts: own }) => own)) {
    if (names.has(alert.name)) byName.set(alert.name, [...(byName.get(alert.name) ?? []), alert]);
  }
  return [
    ...[...byName].map(([name, own]) =>
      runbookPage({ name, isOurName: derivedNames.has(name) }, objectiveRunbook(own)),
    ),
    ...Object.entries(exporterRunbooks)
      .filter(([name]) => names.has(name))
      .map(([name, runbook]) => runbookPage({ name, isOurName: true }, runbook)),
  ];
}
