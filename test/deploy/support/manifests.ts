import { parseAllDocuments } from "yaml";
import { AlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { DaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Service } from "kubernetes-models/v1/Service";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { Config } from "../../../src/config/config.ts";
import { errorMessage } from "../../../src/problem.ts";
import { generate } from "../../../src/generate/outputs.ts";

/** An object of Kubernetes as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

const models = {
  ...{ AlertmanagerConfig, ConfigMap, DaemonSet, Deployment, Namespace, PodMonitor, PrometheusRule, Service },
};

/** The objects of a YAML text, as YAML 1.1 readers such as Kubernetes take it. */
export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { version: "1.1" }).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join("\n"));
    return document.toJS() as Manifest;
  });
}

/** The objects under `deploy/kubernetes` that are applied as they are, each with its file. */
export function manifests(config: Config): readonly { readonly path: string; readonly object: Manifest }[] {
  return [...generate(config).files]
    .filter(([path]) => /^deploy\/kubernetes\/[^/]+$/u.test(path))
    .flatMap(([path, text]) => manifestsIn(text).map((object) => ({ path, object })));
}

/** The object of a kind; the test fails where there is not exactly one of the name. */
export function find<Kind extends keyof typeof models>(
  config: Config,
  kind: Kind,
  namespace: string = config.kubernetes.namespace,
): InstanceType<(typeof models)[Kind]> {
  const found = manifests(config).filter(
    ({ object }) => object.kind === kind && (object.metadata.namespace ?? namespace) === namespace,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} objects of the kind ${kind}`);
  return first.object as unknown as InstanceType<(typeof models)[Kind]>;
}

/** What the schema of its kind has against an object; undefined where it has nothing. */
export function schemaFault(object: Manifest): string | undefined {
  const model = Object.entries(models).find(([kind]) => kind === object.kind)?.[1];
  if (model === undefined) return `no schema for ${object.kind}`;
  try {
    new (model as new (data: Manifest) => { validate(): void })(object).validate();
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

/** The pod of an object that makes pods. */
export function podSpec(object: Manifest): IPodSpec | undefined {
  const { spec } = object as Manifest & { readonly spec?: { readonly template?: { readonly spec?: IPodSpec } } };
  return spec?.template?.spec;
}

/** All containers of a pod, those that start it included. */
export function containers(pod: IPodSpec): readonly IContainer[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}
