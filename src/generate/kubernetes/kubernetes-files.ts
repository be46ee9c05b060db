import type { Config } from "../../config/config.ts";
import { alertmanagerConfigs } from "./alertmanager-configs.ts";
import { configMap } from "./config-map.ts";
import { daemonSet, nodeNamespaceObject } from "./daemon-set.ts";
import { manifest } from "./manifest.ts";
import { nodeNamespace } from "./paths.ts";
import { nodeConfig, sidecarConfig } from "./pod-config.ts";
import { nodePodMonitor, podMonitor } from "./pod-monitor.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { exampleDeployment, sidecarPatch } from "./sidecar.ts";

type File = readonly [path: string, text: string];

/** The manifests that are applied as they are. */
export function kubernetesFiles(config: Config): readonly File[] {
  const { namespace } = config.kubernetes;
  return [
    [
      "alertmanagerconfig.yaml",
      manifest(
        [
          "Who is told what, for an Alertmanager of the Prometheus operator: the routes of alertmanager/alertmanager.yml.",
          "By default the operator hands it only alerts whose label `namespace` is that of the object.",
          `What the receivers' files hold elsewhere is read from keys of the secret ${config.kubernetes.receiversSecret}, unless the file's path`,
          "is one under which the operator mounts a secret.",
        ],
        ...alertmanagerConfigs(config),
      ),
    ],
    [
      "configmap.yaml",
      manifest(
        ["The config for the sidecar. The exporter reads it again by itself when it changes."],
        configMap(sidecarConfig(config), namespace),
      ),
    ],
    [
      "daemonset.yaml",
      manifest(
        [
          "The exporter on every node, for models that print their predictions instead of logging them into a file.",
          "Use this or the sidecar for a model, not both: its outcomes would be counted twice.",
        ],
        nodeNamespaceObject(config),
        configMap(nodeConfig(config), nodeNamespace(config)),
        daemonSet(config),
        nodePodMonitor(config),
      ),
    ],
    [
      "deployment.yaml",
      manifest(
        [
          "An example: a model with the exporter beside it. Put your model's image, or take the folder component/ to add",
          "the exporter to a Deployment that you have. The model must see to it that its logs are rotated and stay well",
          "below the size limit of their volume: a pod that goes past it is evicted.",
        ],
        exampleDeployment(config),
      ),
    ],
    [
      "podmonitor.yaml",
      manifest(
        ["What has a Prometheus of the operator scrape every pod of the namespace that has an exporter."],
        podMonitor(config, namespace),
      ),
    ],
    ...ruleObjects(config),
  ];
}

/** A kustomize component: named under `components`, it adds the exporter to the Deployments of a kustomization. */
export function componentFiles(config: Config): readonly File[] {
  return [
    ["configmap.yaml", manifest([], configMap(sidecarConfig(config)))],
    [
      "kustomization.yaml",
      manifest(
        [
          "Adds the exporter to every Deployment of a kustomization that names this folder under `components`.",
          `The model must run in a container of the name ${config.kubernetes.container} (kubernetes.container in the config).`,
        ],
        {
          apiVersion: "kustomize.config.k8s.io/v1alpha1",
          kind: "Component",
          resources: ["configmap.yaml", "podmonitor.yaml"],
          patches: [{ path: "sidecar.yaml", target: { kind: "Deployment" } }],
        },
      ),
    ],
    ["podmonitor.yaml", manifest([], podMonitor(config))],
    ["sidecar.yaml", manifest([], sidecarPatch(config))],
  ];
}

function ruleObjects(config: Config): readonly File[] {
  return prometheusRules(config).map((rule) => [
    `${(rule.metadata?.name ?? "").replace("model-quality", "prometheusrule")}.yaml`,
    manifest(
      [
        "The rules of prometheus/rules for a Prometheus of the operator.",
        "Apply it with `kubectl apply --server-side`: the other way keeps a second copy in an annotation, which is too small.",
      ],
      rule,
    ),
  ]);
}
