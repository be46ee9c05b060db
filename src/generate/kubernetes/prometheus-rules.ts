import { createHash } from "node:crypto";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { KubernetesTarget, Rule, RuleGroup } from "../../config/config.ts";
import { Problem } from "../../problem.ts";
import { yamlText } from "../files/yaml.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { inNamespace } from "./namespace-selectors.ts";
import { objectLabels } from "./object-metadata.ts";

/** Largest object, in bytes, before the rules are split. */
const splitAbove = 400 * 1024;
/** Largest group, in bytes: the operator takes 512 KiB of rules an object, and adds to them. */
const refusedAbove = 500 * 1024;

/**
 * Builds the PrometheusRule objects. Groups are spread over as many objects as needed, by a hash of the group's name, so
 * that a new model does not move the others. Throws a Problem when a single group is too large for an object.
 */
export function prometheusRules(
  ruleGroups: readonly RuleGroup[],
  { namespace, labels }: KubernetesTarget,
): readonly IPrometheusRule[] {
  const shards = spread(ruleGroups.map((group) => ofNamespace(group, namespace)));
  return shards.map(({ index, groups: own }) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name: shards.length === 1 ? "model-quality" : `model-quality-${index}`,
      namespace,
      labels: { ...objectLabels({ labels }) },
    },
    spec: { groups: own.map(operatorGroup) },
  }));
}

type OperatorGroup = NonNullable<NonNullable<IPrometheusRule["spec"]>["groups"]>[number];

/** Converts a group to the operator's type, whose keys have the same names. */
function operatorGroup({ name, interval, query_offset: offset, limit, labels, rules }: RuleGroup): OperatorGroup {
  return {
    name,
    ...(interval === undefined ? {} : { interval }),
    ...(offset === undefined ? {} : { query_offset: offset }),
    ...(limit === undefined ? {} : { limit }),
    ...(labels === undefined ? {} : { labels }),
    rules: rules.map((rule) => ({ ...defined(rule), expr: rule.expr })),
  };
}

function defined(rule: Rule): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
}

/**
 * Restricts a group to the namespace of the rules. Alerts without a namespace, such as the user's own, get it as well: the
 * operator's Alertmanager routes alerts by their namespace.
 */
function ofNamespace(group: RuleGroup, namespace: string): RuleGroup {
  const label = `{{ or $labels.${namespaceLabel} "${namespace}" }}`;
  return {
    ...group,
    rules: group.rules.map((rule) => {
      const own = { ...rule, expr: inNamespace(rule.expr, namespace) };
      return rule.alert === undefined ? own : { ...own, labels: { [namespaceLabel]: label, ...rule.labels } };
    }),
  };
}

/** Spreads groups over as few shards, a power of two, as keep each below the limit; empty shards are left out. */
function spread(
  groups: readonly RuleGroup[],
): readonly { readonly index: number; readonly groups: readonly RuleGroup[] }[] {
  const sized = groups.map((group) => ({
    group,
    bytes: Buffer.byteLength(yamlText({ groups: [group] })),
    hash: hashOf(group.name),
  }));
  const tooLarge = sized.find(({ bytes }) => bytes > refusedAbove);
  if (tooLarge !== undefined) {
    throw new Problem(`The rules of the group ${tooLarge.group.name} take ${tooLarge.bytes} bytes`, {
      details: [`One PrometheusRule holds at most ${refusedAbove}; give the model fewer objectives`],
      exitCode: 2,
    });
  }
  for (let count = 1; ; count *= 2) {
    const shards = Array.from({ length: count }, (_none, index) => sized.filter(({ hash }) => hash % count === index));
    const fits = shards.every((own) => own.length <= 1 || total(own) <= splitAbove);
    if (fits) {
      return shards
        .map((own, index) => ({ index, groups: own.map(({ group }) => group) }))
        .filter(({ groups: own }) => own.length > 0);
    }
  }
}

function total(sized: readonly { readonly bytes: number }[]): number {
  return sized.reduce((sum, { bytes }) => sum + bytes, 0);
}

function hashOf(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0);
}
