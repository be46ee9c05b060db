import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { IMatcher } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Matcher";
import type { IRoute } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/Route";
import type { Config, Receiver } from "../../config/config.ts";
import { verdict } from "../alertmanager/route-matching.ts";
import { inhibitRules, type InhibitRule } from "../alertmanager/inhibition.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";
import { escapeRegex } from "../promql/builder.ts";
import { userRoute, matcher, nowhere, rootRoute, teamRoute, type Route } from "../alertmanager/routing.ts";
import { messageTemplates } from "../alertmanager/message-templates.ts";
import { templateInliner } from "./inline-templates.ts";
import { objectName } from "./object-name.ts";
import { operatorReceiver } from "./operator-receivers.ts";
import { operatorTimes } from "./operator-time-intervals.ts";
import { objectLabels } from "./paths.ts";

/**
 * The routing as objects of the Prometheus operator: one for each team, with the branch of `alertmanager.yml` that is
 * the team's, and one for what no team takes. The user's own routes stand in each of them, as far as its alerts can meet
 * them, and in one more for the alerts of nobody. The operator lets the alerts of all other namespaces pass by, so that each
 * alert must carry the namespace of these objects.
 */
export function alertmanagerConfigs(config: Config): readonly IAlertmanagerConfig[] {
  const root = rootRoute(config);
  const first = (team: string, job?: string): readonly Route[] => {
    const labels = (label: string) => (label === "team" ? team : label === "job" ? job : undefined);
    return config.extend.routes.filter(({ matchers }) => verdict(matchers, labels) !== "no").map(userRoute);
  };
  const unowned = withRoutes({ matchers: ownMatchers, receiver: root.receiver }, first("", jobName));
  const others =
    config.extend.routes.length === 0 ? [] : [object(config, "model-quality-extra", nobodys(config), root)];
  return [
    ...[...config.teams.values()].map((team) =>
      object(config, objectName("model-quality-team", team.name), teamRoute(team, first(team.name)), root),
    ),
    withInhibition(object(config, "model-quality-no-team", unowned, root), inhibitRules(config)),
    ...others,
  ];
}

/** The exporter's own alerts, where no team owns them. */
const ownMatchers = [matcher("job", "=", jobName), matcher("team", "=", "")];

/** What the user's routes take of alerts that are neither a team's nor the exporter's; the rest is not ours to tell. */
function nobodys({ teams, extend }: Config): Route {
  const named = [...teams.keys()].map(escapeRegex).join("|");
  return {
    ...(teams.size === 0 ? {} : { matchers: [matcher("team", "!~", named)] }),
    receiver: nowhere,
    routes: [{ matchers: ownMatchers }, ...extend.routes.map(userRoute)],
  };
}

function withRoutes(route: Route, routes: readonly Route[]): Route {
  return routes.length === 0 ? route : { ...route, routes };
}

/** One branch of the tree, with what it takes over from the root and the receivers that it names. */
function object(config: Config, name: string, branch: Route, root: Route): IAlertmanagerConfig {
  const { route, intervals, leftOut: timesLeftOut } = operatorTimes(config, { ...root, ...branch });
  const inline = templateInliner(messageTemplates(config));
  const receivers = [...new Set(receiverNames(route))].map((receiver) =>
    operatorReceiver(receiverOf(config, receiver), config.kubernetes.receiversSecret, inline),
  );
  const leftOut = [...receivers.flatMap((receiver) => receiver.leftOut), ...timesLeftOut];
  return {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "AlertmanagerConfig",
    metadata: {
      name,
      namespace: config.kubernetes.namespace,
      labels: { ...objectLabels(config) },
      // Said in the object, for whoever wonders why nothing arrives: the operator's form has no such thing.
      ...(leftOut.length === 0
        ? {}
        : { annotations: { "model-quality-exporter/left-out": [...new Set(leftOut)].join(", ") } }),
    },
    spec: {
      route: operatorRoute(route),
      receivers: receivers.map(({ receiver }) => receiver),
      ...(intervals.length === 0 ? {} : { muteTimeIntervals: [...intervals] }),
    },
  };
}

/**
 * What mutes what holds for all alerts of the namespace, whichever object says it: one will do. Alerts without a namespace
 * do not get there, so that the rules for those are left out.
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

function receiverNames(route: Route): readonly string[] {
  return [
    ...(route.receiver === undefined ? [] : [route.receiver]),
    ...(route.routes ?? []).flatMap((child) => receiverNames(child)),
  ];
}

function receiverOf(config: Config, name: string): Receiver {
  return config.receivers.get(name) ?? { name: name === nowhere ? nowhere : name, integrations: [] };
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

/** A matcher of `routing.ts` taken apart again. */
function operatorMatcher(text: string): IMatcher {
  const found = /^(?<name>\w+)(?<op>=~|!~|!=|=)"(?<value>.*)"$/su.exec(text)?.groups;
  if (found === undefined) throw new Error(`no matcher: ${text}`);
  const { name = "", op, value = "" } = found;
  const plain = value.replace(/\\(.)/gsu, (_escape, char: string) => (char === "n" ? "\n" : char));
  return { name, value: plain, matchType: op === "=~" || op === "!~" || op === "!=" ? op : "=" };
}
