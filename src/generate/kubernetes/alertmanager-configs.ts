import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { IMatcher } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Matcher";
import type { IRoute } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Route";
import type { Config } from "../../config/config.ts";
import type { InhibitRule } from "../alertmanager/inhibition.ts";
import { messageTemplates } from "../alertmanager/message-templates.ts";
import { matchLabels } from "../alertmanager/route-matching.ts";
import {
  matcher,
  nowhere,
  rootRoute,
  teamRoute,
  userRoute,
  type Route,
  type RoutingSections,
} from "../alertmanager/routing.ts";
import { isRecord } from "../../serializable.ts";
import { objectName } from "../files/safe-name.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import { templateInliner } from "./inline-templates.ts";
import { objectLabels } from "./object-metadata.ts";
import { operatorReceiver } from "./operator-receivers.ts";
import { operatorTimeIntervals } from "./operator-time-intervals.ts";

/** Sections of the config that the AlertmanagerConfig objects depend on. */
export type OperatorRoutingSections = RoutingSections & Pick<Config, "receivers" | "kubernetes" | "tagLabels">;

/**
 * Builds the AlertmanagerConfig objects: one for each team, with the team's branch of `alertmanager.yml`, one for alerts
 * on the exporter without a team, and one for the user's own routes. The operator refuses a whole object for one key that
 * its Secret lacks: so a team's object has no receivers but the team's. The operator gives an object only the alerts of
 * its own namespace, and lets every alert go on to the next object.
 */
export function alertmanagerConfigs(
  config: OperatorRoutingSections,
  inhibitRules: readonly InhibitRule[],
): readonly IAlertmanagerConfig[] {
  const root = rootRoute(config.alerting);
  const inline = templateInliner(messageTemplates());
  const object = (name: string, branch: Route): IAlertmanagerConfig =>
    alertmanagerConfig(config, name, { ...root, ...branch }, inline);
  const taken = (team: string, job?: string): readonly Route[] => {
    const labels = (label: string) => (label === "team" ? team : label === "job" ? job : undefined);
    return config.extend.routes
      .filter((route) => !route.continue && matchLabels(route.matchers, labels) !== "no")
      .map((route) => ({ matchers: userRoute(route).matchers, receiver: nowhere }));
  };
  const unowned = withRoutes({ matchers: unownedMatchers, receiver: root.receiver }, taken("", jobName));
  return [
    ...(config.extend.routes.length === 0 ? [] : [object("model-quality-extra", extraRoute(config))]),
    ...[...config.teams.values()].map((team) =>
      object(objectName("model-quality-team", team.name), teamRoute(team, taken(team.name))),
    ),
    withInhibition(object("model-quality-no-team", unowned), inhibitRules),
  ];
}

/** Matchers of the alerts on the exporter that no team owns. */
const unownedMatchers = [matcher("job", "=", jobName), matcher("team", "=", "")];

/** Builds the branch of the user's own routes; those without a receiver have that of the root, which they would inherit. */
function extraRoute({ alerting, extend }: RoutingSections): Route {
  const { receiver } = rootRoute(alerting);
  return {
    receiver: nowhere,
    routes: extend.routes.map((route) => ({ ...userRoute(route), receiver: route.receiver ?? receiver })),
  };
}

function withRoutes(route: Route, routes: readonly Route[]): Route {
  return routes.length === 0 ? route : { ...route, routes };
}

/** Builds the object of one branch, with the receivers and time intervals that it names. */
function alertmanagerConfig(
  { alerting, receivers: all, kubernetes }: OperatorRoutingSections,
  name: string,
  branch: Route,
  inline: (text: string) => string,
): IAlertmanagerConfig {
  const { route, intervals, leftOut: timesLeftOut } = operatorTimeIntervals(alerting, branch);
  const receivers = [...new Set(receiverNames(route))].map((receiver) =>
    operatorReceiver(all.get(receiver) ?? { name: receiver, integrations: [] }, {
      secret: kubernetes.receiversSecret,
      inline,
      fallback: all.get(alerting.defaultReceiver ?? ""),
    }),
  );
  const leftOut = [...receivers.flatMap((receiver) => receiver.leftOut), ...timesLeftOut];
  return {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "AlertmanagerConfig",
    metadata: {
      name,
      namespace: kubernetes.namespace,
      labels: { ...objectLabels(kubernetes) },
      // For whoever wonders why a notification does not arrive: the operator's API lacks these settings.
      ...(leftOut.length === 0 ? {} : { annotations: { [leftOutKey]: [...new Set(leftOut)].join(", ") } }),
    },
    spec: {
      route: operatorRoute(route),
      receivers: receivers.map(({ receiver }) => receiver),
      ...(intervals.length === 0 ? {} : { muteTimeIntervals: [...intervals] }),
    },
  };
}

/**
 * Adds the inhibition rules, which apply to all alerts of the namespace whichever object has them. The rules for alerts
 * without a namespace are left out: the operator gives no object such alerts.
 */
function withInhibition(object: IAlertmanagerConfig, rules: readonly InhibitRule[]): IAlertmanagerConfig {
  const none = matcher(namespaceLabel, "=", "");
  const inhibitRules = rules
    .filter(({ source_matchers }) => !source_matchers.includes(none))
    .map(({ source_matchers, target_matchers, equal }) => ({
      sourceMatch: source_matchers.map(operatorMatcher),
      targetMatch: target_matchers.map(operatorMatcher),
      equal: [...equal],
    }));
  return { ...object, spec: { ...object.spec, inhibitRules } };
}

/** Lists the keys of Secrets that objects need, as `secret: key`. */
export function neededSecretKeys(objects: readonly IAlertmanagerConfig[]): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isRecord(value)) return;
    for (const item of Object.values(value)) {
      if (isRecord(item) && typeof item["name"] === "string" && typeof item["key"] === "string")
        found.add(`${item["name"]}: ${item["key"]}`);
      else visit(item);
    }
  };
  for (const { spec } of objects) visit(spec.receivers);
  return [...found].sort();
}

/** Lists the settings that the operator's API lacks, as the objects note them. */
export function leftOutOf(objects: readonly IAlertmanagerConfig[]): readonly string[] {
  return [...new Set(objects.flatMap(({ metadata }) => metadata?.annotations?.[leftOutKey]?.split(", ") ?? []))];
}

const leftOutKey = "model-quality-exporter/left-out";

function receiverNames(route: Route): readonly string[] {
  return [
    ...(route.receiver === undefined ? [] : [route.receiver]),
    ...(route.routes ?? []).flatMap((child) => receiverNames(child)),
  ];
}

function operatorRoute(route: Route): IRoute {
  return {
    ...(route.receiver === undefined ? {} : { receiver: route.receiver }),
    ...(route.matchers === undefined ? {} : { matchers: route.matchers.map(operatorMatcher) }),
    ...(route.continue === undefined ? {} : { continue: route.continue }),
    ...(route.group_by === undefined ? {} : { groupBy: [...route.group_by] }),
    ...(route.group_wait === undefined ? {} : { groupWait: route.group_wait }),
    ...(route.group_interval === undefined ? {} : { groupInterval: route.group_interval }),
    ...(route.repeat_interval === undefined ? {} : { repeatInterval: route.repeat_interval }),
    ...(route.mute_time_intervals === undefined ? {} : { muteTimeIntervals: [...route.mute_time_intervals] }),
    ...(route.active_time_intervals === undefined ? {} : { activeTimeIntervals: [...route.active_time_intervals] }),
    ...(route.routes === undefined ? {} : { routes: route.routes.map(operatorRoute) }),
  };
}

/** Parses a matcher that `routing.ts` wrote. */
function operatorMatcher(text: string): IMatcher {
  const found = /^(?<name>\w+)(?<op>=~|!~|!=|=)"(?<value>.*)"$/su.exec(text)?.groups;
  if (found === undefined) throw new Error(`no matcher: ${text}`);
  const { name = "", op, value = "" } = found;
  const plain = value.replace(/\\(.)/gsu, (_escape, char: string) => (char === "n" ? "\n" : char));
  return { name, value: plain, matchType: op === "=~" || op === "!~" || op === "!=" ? op : "=" };
}
