import { pathText } from "../config/fault.ts";
import type { Alerting, Config, Receiver } from "../config/config.ts";
import { receiverKinds, type ReceiverKind } from "../config/receivers.ts";
import { Problem } from "../problem.ts";
import type { Plan } from "./plan.ts";
import type { Alert } from "./rules/alert.ts";
import type { ObjectiveAlert } from "./rules/objective-alert.ts";
import { thresholdOf } from "../objectives/threshold.ts";
import { atLeast, since, tooOld, type ToolVersion } from "./tool-versions.ts";
import { extendFaults } from "./validate-extend.ts";

/**
 * Refuses a config whose files would not work: with features that the configured versions do not know, or with alerts
 * that share an identity, reach nobody, or never fire. Throws a Problem that lists every fault.
 */
export function validate(config: Config, plan: Plan): void {
  const alerts = plan.models.flatMap((model) => model.alerts);
  const silence = plan.models.flatMap((model) => model.silence);
  const faults = [
    ...versionFaults(config),
    ...alerts.flatMap((alert) => [...waitFaults(alert), ...routingFaults(config.teams, alert)]),
    ...nameFaults(alerts, [...plan.exporterAlerts, ...silence]),
    ...extendFaults(config, plan),
  ];
  if (faults.length === 0) return;
  throw new Problem(`${config.file}: no files can be generated from this config`, { details: faults, exitCode: 2 });
}

type Teams = Config["teams"];
/** Feature of Alertmanager, by its path in the config, and the version that brought it. */
type Need = readonly [path: readonly PropertyKey[], since: ToolVersion];

function* versionFaults({
  alerting,
  receivers,
  teams,
}: Pick<Config, "alerting" | "receivers" | "teams">): Generator<string> {
  const { version } = alerting;
  const { matchers } = since.alertmanager;
  if (!atLeast(version, matchers)) {
    yield `alerting.version: routing by matchers ${tooOld("Alertmanager", version, matchers)}`;
  }
  for (const [path, needed] of [...[...receivers.values()].flatMap(receiverNeeds), ...timeNeeds(alerting, teams)]) {
    if (!atLeast(version, needed)) yield `${pathText(path)}: ${tooOld("Alertmanager", version, needed)}`;
  }
}

/** Lists of Alertmanager that the config has no kind of receiver for, by the version that brought them. */
const rawLists: Readonly<Record<string, ToolVersion>> = {
  sns_configs: [0, 23],
  telegram_configs: [0, 24],
  webex_configs: [0, 25],
  msteamsv2_configs: [0, 28],
  jira_configs: [0, 28],
  rocketchat_configs: [0, 28],
};

function receiverNeeds({ name, integrations }: Receiver): readonly Need[] {
  return integrations.flatMap((integration) => {
    const path = integration.kind === "extend" ? ["extend", "receivers", name] : ["receivers", name];
    return [...integrationNeeds(integration)].map(([own, needed]): Need => [[...path, ...own], needed]);
  });
}

function* integrationNeeds({ kind, list, settings }: Receiver["integrations"][number]): Generator<Need> {
  const kinds: readonly (readonly [string, ReceiverKind])[] = Object.entries(receiverKinds);
  const known = kinds.find(([, { list: each }]) => each === list)?.[1];
  const listSince = known?.since ?? rawLists[list];
  const isRaw = kind === "raw" || kind === "extend";
  const path = kind === "extend" ? [] : [kind];
  if (listSince !== undefined) yield [isRaw ? [...path, list] : path, listSince];
  for (const [option, optionSince] of Object.entries(known?.optionSince ?? {})) {
    const key = option.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
    if (key in settings) yield [kind === "extend" ? [list, key] : [kind, isRaw ? key : option], optionSince];
  }
}

function* timeNeeds(alerting: Alerting, teams: Teams): Generator<Need> {
  for (const [name, intervals] of alerting.timeIntervals) {
    for (const [index, { location }] of intervals.entries()) {
      const path = ["alerting", "timeIntervals", name, index, "location"];
      if (location !== undefined) yield [path, since.alertmanager.location];
    }
  }
  for (const { name, severities } of teams.values()) {
    for (const [severity, { activeTimeIntervals }] of severities) {
      const path = ["teams", name, severity, "activeTimeIntervals"];
      if (activeTimeIntervals.length > 0) yield [path, since.alertmanager.active_time_intervals];
    }
  }
}

function* waitFaults({ objective }: ObjectiveAlert): Generator<string> {
  const threshold = thresholdOf(objective);
  if (threshold.kind === "fixed" || threshold.reference.kind !== "ago") return;
  const { ago } = threshold.reference;
  if (objective.for.ms < ago.ms) return;
  yield `${objective.path}.for: must be shorter than comparedTo.ago (${ago.word}): by then the past is as bad as the present, and the alert never fires`;
}

function* routingFaults(teams: Teams, { model, objective }: ObjectiveAlert): Generator<string> {
  if (model.team === undefined) return;
  if ((teams.get(model.team)?.severities.get(objective.severity)?.receivers ?? []).length > 0) return;
  yield `${objective.path}.severity: the team ${JSON.stringify(model.team)} routes ${JSON.stringify(objective.severity)} nowhere, so only the root of the routing would catch this alert`;
}

/** Alerts of one name and one set of labels are one alert to Alertmanager; a name that the user gives must be unique. */
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
      yield `${objective.path}.name: ${JSON.stringify(name)} is already the name of ${first.objective.path}`;
      continue;
    }
    const { class: of, average, window, severity } = objective;
    const identity = JSON.stringify([name, model.name, of, average, window.label, severity]);
    const same = identities.get(identity);
    if (same === undefined) identities.set(identity, alert);
    else yield `${objective.path}: has the same alert as ${same.objective.path} (${name}); give one of them a \`name\``;
  }
}
