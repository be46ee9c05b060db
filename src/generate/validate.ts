import { pathText } from "../config/fault.ts";
import type { Alerting, Config, Receiver } from "../config/config.ts";
import { receiverKinds, type ReceiverKind } from "../config/receivers.ts";
import { Problem } from "../problem.ts";
import type { Alert } from "./rules/alert.ts";
import { thresholdOf } from "./rules/threshold.ts";
import { exporterAlerts } from "./rules/exporter-alerts.ts";
import { extendFaults } from "./validate-extend.ts";
import type { ObjectiveAlert } from "./rules/objective-alert.ts";
import { modelRules } from "./rules/rule-groups.ts";
import { atLeast } from "./tool-versions.ts";

type Version = readonly [number, number];

/**
 * Refuses a config from which no honest files could be made: with features that the programs they are for do not know,
 * or with alerts that could not be told apart, not be routed, or never fire. Throws a Problem that lists all of it.
 */
export function validate(config: Config): void {
  const objectives = modelRules(config).flatMap(({ alerts }) => alerts);
  const faults = [
    ...versionFaults(config),
    ...objectives.flatMap((alert) => [...waitFaults(alert), ...routingFaults(config, alert)]),
    ...nameFaults(objectives, exporterAlerts(config)),
    ...extendFaults(config),
  ];
  if (faults.length === 0) return;
  throw new Problem(`${config.file}: no files can be generated from this config`, { details: faults, exitCode: 2 });
}

const oldestAlertmanager: Version = [0, 22];

function* versionFaults({ alerting, receivers, teams }: Config): Generator<string> {
  const { version } = alerting;
  const lacks = (since: Version): string =>
    `needs Alertmanager ${since.join(".")}, but alerting.version is ${version.join(".")}`;
  if (!atLeast(version, oldestAlertmanager)) yield `alerting.version: routing by matchers ${lacks(oldestAlertmanager)}`;
  for (const { name, integrations } of receivers.values()) {
    for (const integration of integrations) {
      for (const [what, since] of needs(integration)) {
        const place = integration.kind === "extend" ? ["extend", "receivers"] : ["receivers"];
        if (!atLeast(version, since)) yield `${pathText([...place, name, ...what])}: ${lacks(since)}`;
      }
    }
  }
  for (const [what, since] of timeNeeds(alerting, teams)) {
    if (!atLeast(version, since)) yield `${pathText(what)}: ${lacks(since)}`;
  }
}

/** Lists that only the raw escape hatch writes, by the Alertmanager that brought them. */
const rawLists: Readonly<Record<string, Version>> = {
  sns_configs: [0, 23],
  telegram_configs: [0, 24],
  webex_configs: [0, 25],
  msteamsv2_configs: [0, 28],
  jira_configs: [0, 28],
  rocketchat_configs: [0, 28],
};

function* needs({ kind, list, settings }: Receiver["integrations"][number]): Generator<[readonly string[], Version]> {
  const known: readonly (readonly [string, ReceiverKind])[] = Object.entries(receiverKinds);
  const row = known.find(([, { list: each }]) => each === list)?.[1];
  const since = row?.since ?? rawLists[list];
  const own = kind === "raw" || kind === "extend";
  const where = kind === "extend" ? [] : [kind];
  if (since !== undefined) yield [own ? [...where, list] : where, since];
  for (const [option, optionSince] of Object.entries(row?.optionSince ?? {})) {
    const key = option.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
    if (key in settings) yield [kind === "extend" ? [list, key] : [kind, own ? key : option], optionSince];
  }
}

/** Muting is as old as matchers are; that it can be turned round, and time zones, came later. */
function* timeNeeds(alerting: Alerting, teams: Config["teams"]): Generator<[readonly PropertyKey[], Version]> {
  for (const [name, stretches] of alerting.timeIntervals) {
    for (const [index, { location }] of stretches.entries()) {
      if (location !== undefined)
        yield [
          ["alerting", "timeIntervals", name, index, "location"],
          [0, 25],
        ];
    }
  }
  for (const { name, severities } of teams.values()) {
    for (const [severity, { activeTimeIntervals }] of severities) {
      if (activeTimeIntervals.length > 0)
        yield [
          ["teams", name, severity, "activeTimeIntervals"],
          [0, 24],
        ];
    }
  }
}

function* waitFaults({ objective }: ObjectiveAlert): Generator<string> {
  const bound = thresholdOf(objective);
  if (bound.kind === "fixed" || bound.reference.kind !== "ago") return;
  const { ago } = bound.reference;
  if (objective.for.ms < ago.ms) return;
  yield `${objective.path}.for: must be shorter than comparedTo.ago (${ago.word}): by then the past is as bad as the present, and the alert never fires`;
}

function* routingFaults({ teams }: Config, { model, objective }: ObjectiveAlert): Generator<string> {
  if (model.team === undefined) return;
  if ((teams.get(model.team)?.severities.get(objective.severity)?.receivers ?? []).length > 0) return;
  yield `${objective.path}.severity: the team ${JSON.stringify(model.team)} routes ${JSON.stringify(objective.severity)} nowhere, so only the root of the routing would catch this alert`;
}

/** Alerts of one name and one set of labels are one alert to Alertmanager; a given name must not be taken by another. */
function* nameFaults(objectives: readonly ObjectiveAlert[], exporter: readonly Alert[]): Generator<string> {
  const own = new Set(exporter.map(({ name }) => name));
  const named = new Map<string, ObjectiveAlert>();
  const identities = new Map<string, ObjectiveAlert>();
  for (const alert of objectives) {
    const { name, objective, model } = alert;
    if (own.has(name)) {
      yield `${objective.path}.name: ${JSON.stringify(name)} is the name of an alert on the exporter itself; choose another`;
    }
    const first = named.get(name);
    if (first === undefined) named.set(name, alert);
    else if (objective.name !== undefined || first.objective.name !== undefined) {
      yield `${objective.path}.name: ${JSON.stringify(name)} is the name of ${first.objective.path} already`;
      continue;
    }
    const { class: of, average, window, severity } = objective;
    const identity = JSON.stringify([name, model.name, of, average, window.label, severity]);
    const same = identities.get(identity);
    if (same === undefined) identities.set(identity, alert);
    else yield `${objective.path}: has the same alert as ${same.objective.path} (${name}); give one of them a \`name\``;
  }
}
