import type { IAlertmanagerConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig";
import type { Config, RuleGroup } from "../../config/config.ts";
import type { InhibitRule } from "../alertmanager/inhibition.ts";
import { yamlDocuments } from "../files/yaml.ts";
import {
  alertmanagerConfigs,
  leftOutOf,
  neededSecretKeys,
  type OperatorRoutingSections,
} from "./alertmanager-configs.ts";
import { daemonSet, nodeNamespaceObject } from "./daemon-set.ts";
import { eventsSecretLines, eventsService } from "./events.ts";
import { exporterName, nodeNamespace } from "./object-metadata.ts";
import { configMap, nodeConfig, sidecarConfig } from "./pod-config.ts";
import { nodePodMonitor, podMonitor } from "./pod-monitor.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { exampleDeployment, sidecarPatch } from "./sidecar.ts";
import { webSecretLines } from "./web-security.ts";

type File = readonly [path: string, text: string];

type ExporterSections = Pick<Config, "given" | "kubernetes" | "limits" | "prometheus" | "sources">;

function sourceNames({ sources }: Pick<Config, "sources">): readonly string[] {
  return sources.map(({ source }) => source.name);
}

/** Writes the manifests that are applied as they are. */
export function kubernetesFiles(
  config: ExporterSections & OperatorRoutingSections,
  ruleGroups: readonly RuleGroup[],
  inhibitRules: readonly InhibitRule[],
): readonly File[] {
  const { given, kubernetes } = config;
  const { namespace } = kubernetes;
  const sidecarPod = sidecarConfig(given, sourceNames(config));
  const hasFiles = config.sources.some(({ http }) => http === undefined);
  const routing = alertmanagerConfigs(config, inhibitRules);
  return [
    [
      "alertmanagerconfig.yaml",
      yamlDocuments(
        [
          "Who is told what, for an Alertmanager of the Prometheus operator: the routes of alertmanager/alertmanager.yml.",
          "By default the operator hands it only alerts whose label `namespace` is that of the object.",
          ...secretLines(routing, namespace),
          ...leftOutOf(routing).map((what) => `WARNING: the operator has no form for ${what}`),
        ],
        ...routing,
      ),
    ],
    [
      "configmap.yaml",
      yamlDocuments(
        ["The config for the sidecar. The exporter reads it again by itself when it changes."],
        configMap(sidecarPod, namespace),
      ),
    ],
    ...(hasFiles ? [daemonSetFile(config)] : []),
    [
      "deployment.yaml",
      yamlDocuments(
        [
          "An example: a model with the exporter beside it. Put your model's image, or take the folder component/ to add",
          "the exporter to a Deployment that you have. The model must see to it that its logs are rotated and stay well",
          "below the size limit of their volume: a pod that goes past it is evicted.",
          ...eventsSecretLines(kubernetes, sidecarPod),
          ...webSecretLines(kubernetes, namespace),
        ],
        exampleDeployment(config, sidecarPod),
      ),
    ],
    [
      "podmonitor.yaml",
      yamlDocuments(
        ["What has a Prometheus of the operator scrape every pod of the namespace that has an exporter."],
        podMonitor(config, namespace),
      ),
    ],
    ...(sidecarPod.tokensFile === undefined ? [] : [serviceFile(eventsService(namespace))]),
    ...prometheusRuleFiles(ruleGroups, kubernetes),
  ];
}

function daemonSetFile(config: ExporterSections): File {
  const { given, kubernetes } = config;
  const pod = nodeConfig(given, kubernetes, sourceNames(config));
  return [
    "daemonset.yaml",
    yamlDocuments(
      [
        "The exporter on every node, for models that print their predictions instead of logging them into a file.",
        "Use this or the sidecar for a model, not both: its outcomes would be counted twice.",
        ...eventsSecretLines(kubernetes, pod),
        ...webSecretLines(kubernetes, nodeNamespace(kubernetes)),
      ],
      nodeNamespaceObject(kubernetes),
      configMap(pod, nodeNamespace(kubernetes)),
      daemonSet(kubernetes, pod),
      nodePodMonitor(config),
      ...(pod.tokensFile === undefined ? [] : [eventsService(nodeNamespace(kubernetes))]),
    ),
  ];
}

function serviceFile(service: object): File {
  return [
    "service.yaml",
    yamlDocuments(
      [
        "The name by which events come to POST /api/v1/events from other pods. It stands for the addresses of all pods with an",
        "exporter (it is headless): who knows the truth posts it to each of them, since one of them took the prediction.",
      ],
      service,
    ),
  ];
}

/** Words which keys of Secrets must be there: the operator refuses a whole object for one that is missing. */
function secretLines(objects: readonly IAlertmanagerConfig[], namespace: string): readonly string[] {
  const keys = neededSecretKeys(objects);
  if (keys.length === 0) return [];
  return [
    `These keys of Secrets in the namespace ${namespace} hold what the receivers' files hold elsewhere. Each must exist before`,
    "this file is applied: the operator drops a whole object, and with it all notifications of a team, for one missing key.",
    ...keys.map((key) => `  ${key}`),
  ];
}

/** Writes the kustomize component, which adds the exporter to the Deployments of a kustomization. */
export function componentFiles(config: ExporterSections): readonly File[] {
  const { given, kubernetes } = config;
  const pod = sidecarConfig(given, sourceNames(config));
  const takesEvents = pod.tokensFile !== undefined;
  return [
    ["configmap.yaml", yamlDocuments([], configMap(pod))],
    [
      "kustomization.yaml",
      yamlDocuments(
        [
          "Adds the exporter to every Deployment of a kustomization that names this folder under `components`.",
          `The model must run in a container of the name ${kubernetes.container} (kubernetes.container in the config).`,
        ],
        {
          apiVersion: "kustomize.config.k8s.io/v1alpha1",
          kind: "Component",
          resources: ["configmap.yaml", "podmonitor.yaml", ...(takesEvents ? ["service.yaml"] : [])],
          patches: [{ path: "sidecar.yaml", target: { kind: "Deployment" } }],
          configurations: ["name-references.yaml"],
        },
      ),
    ],
    [
      "name-references.yaml",
      yamlDocuments(
        ["Tells kustomize where the PodMonitor's name stands, so that a prefix is put before it there as well."],
        {
          nameReference: [
            {
              kind: "PodMonitor",
              fieldSpecs: [
                { kind: "Deployment", path: `spec/template/metadata/labels/${exporterName}` },
                { kind: "PodMonitor", path: `spec/selector/matchLabels/${exporterName}` },
                ...(takesEvents ? [{ kind: "Service", path: `spec/selector/${exporterName}` }] : []),
              ],
            },
          ],
        },
      ),
    ],
    ["podmonitor.yaml", yamlDocuments([], podMonitor(config))],
    ...(takesEvents ? [serviceFile(eventsService())] : []),
    ["sidecar.yaml", yamlDocuments(eventsSecretLines(kubernetes, pod), sidecarPatch(config, pod))],
  ];
}

function prometheusRuleFiles(ruleGroups: readonly RuleGroup[], kubernetes: Config["kubernetes"]): readonly File[] {
  return prometheusRules(ruleGroups, kubernetes).map((rule) => [
    `${(rule.metadata?.name ?? "").replace("model-quality", "prometheusrule")}.yaml`,
    yamlDocuments(
      [
        `The rules of prometheus/rules for a Prometheus of the operator, on the series of the namespace ${kubernetes.namespace} alone.`,
        "kustomize's `namespace:` moves the object but not its selectors: ModelQualityExporterDown fires then. Set",
        "`kubernetes.namespace` in the config instead, and generate again.",
        "Apply it with `kubectl apply --server-side`: the other way keeps a second copy in an annotation, which is too small.",
      ],
      rule,
    ),
  ]);
}
