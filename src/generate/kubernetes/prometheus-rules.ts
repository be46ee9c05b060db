import { createHash } from "node:crypto";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { Config, Rule, RuleGroup } from "../../config/config.ts";
import { Problem } from "../../problem.ts";
import { namespaceLabel } from "../promql/metric-names.ts";
import { ruleFiles } from "../rules/prometheus-files.ts";
import { yamlText } from "../files/yaml.ts";
import { objectLabels } from "./paths.ts";

/** Rules are split before an object reaches this, in bytes. */
const splitAbove = 400 * 1024;
/** The operator takes no more than 512 KiB of rules; some is left for what it adds. */
const refusedAbove = 500 * 1024;

/**
 * The rules as objects of the Prometheus operator, the same as in `prometheus/rules`. They are spread over as many
 * objects as are needed; a model's rules stay together, and which object they are in follows from a hash of its name, so
 * that a new model does not move the others. Throws a Problem when the rules of one model are too many for an object.
 */
export function prometheusRules(config: Config): readonly IPrometheusRule[] {
  const groups = ruleFiles(config).flatMap(([, { groups: own }]) => own.map((group) => inNamespace(group, config)));
  const shards = spread(groups);
  return shards.map(({ index, groups: own }) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name: shards.length === 1 ? "model-quality" : `model-quality-${index}`,
      namespace: config.kubernetes.namespace,
      labels: { ...objectLabels(config) },
    },
    spec: { groups: own.map(operatorGroup) },
  }));
}

type OperatorGroup = NonNullable<NonNullable<IPrometheusRule["spec"]>["groups"]>[number];

/** A group in the operator's type: every key of it and of its rules has the same name there. */
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
 * An alert that nothing scraped gives rise to has no namespace, and the operator's Alertmanager would route it nowhere:
 * it belongs to the namespace of the rules.
 */
function inNamespace(group: RuleGroup, config: Config): RuleGroup {
  const label = `{{ or $labels.${namespaceLabel} "${config.kubernetes.namespace}" }}`;
  return {
    ...group,
    rules: group.rules.map((rule) =>
      rule.alert === undefined ? rule : { ...rule, labels: { [namespaceLabel]: label, ...rule.labels } },
    ),
  };
}

/** As few shards, a power of two, as keep each below the limit; those that hold nothing are left out. */
function spread(
  groups: readonly RuleGroup[],
): readonly { readonly index: number; readonly groups: readonly RuleGroup[] }[] {
  const sized = groups.map((group) => ({ group, bytes: Buffer.byteLength(yamlText(group)), hash: hashOf(group.name) }));
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
