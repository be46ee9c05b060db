import type { Config } from "../../config/config.ts";
import { exporterRunbooks } from "./exporter-runbooks.ts";
import { effectiveAlerts } from "../rules/effective-alerts.ts";
import { markdown } from "./page.ts";
import { modelRules } from "../rules/rule-groups.ts";
import { objectiveRunbook } from "./objective-runbook.ts";
import type { ObjectiveAlert } from "../rules/objective-alert.ts";
import { slug } from "../files/safe-name.ts";

/** What a page says under its title. */
export interface Runbook {
  readonly meaning: readonly string[];
  /** What to look at, first things first. */
  readonly look: readonly string[];
}

/** A page for each name of an alert that the config gives rise to: file name and Markdown. */
export function runbooks(config: Config): readonly (readonly [path: string, text: string])[] {
  const names = new Set(effectiveAlerts(config).map(({ name }) => name));
  const byName = new Map<string, ObjectiveAlert[]>();
  for (const alert of modelRules(config).flatMap(({ alerts }) => alerts)) {
    if (names.has(alert.name)) byName.set(alert.name, [...(byName.get(alert.name) ?? []), alert]);
  }
  return [
    ...[...byName].map(([name, alerts]) =>
      page(
        name,
        alerts.every(({ objective }) => objective.name === undefined),
        objectiveRunbook(alerts),
      ),
    ),
    ...Object.entries(exporterRunbooks)
      .filter(([name]) => names.has(name))
      .map(([name, runbook]) => page(name, true, runbook)),
  ];
}

/** Our own alerts are named in CamelCase, and their pages `model-quality-...`, which no other page is. */
function page(name: string, ours: boolean, { meaning, look }: Runbook): readonly [string, string] {
  const words = name.replace(/([a-z0-9])([A-Z])/gu, "$1-$2").toLowerCase();
  const file = ours ? words : slug(name, new Set(name.startsWith("model-quality-") ? [name] : []));
  const text = [
    `# ${markdown(name)}`,
    ...meaning,
    "## What to look at first",
    look.map((step, index) => `${index + 1}. ${step}`).join("\n"),
  ].join("\n\n");
  return [`${file}.md`, `\n${text}\n`];
}
