import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Config } from "../../config/config.ts";
import { atLeast } from "../tool-versions.ts";
import { configVolume, exporterContainer, exporterVolumes, restricted } from "./exporter-container.ts";
import { places, podLabels } from "./paths.ts";
import { sidecarConfig } from "./pod-config.ts";

/** What a pod needs to have the exporter in it. */
interface Sidecar {
  /** The exporter, under `initContainers` where the cluster knows native sidecars, else beside the model. */
  readonly initContainers?: IContainer[];
  readonly containers: IContainer[];
  readonly volumes: IVolume[];
  /** Where the model's container finds the folders that it logs to. */
  readonly mounts: IVolumeMount[];
}

/**
 * The exporter as a sidecar. A native one (an init container that is restarted always) starts before the model and is
 * stopped after it, so that it reads the last lines; it does not keep a Job from ending.
 */
function sidecar(config: Config): Sidecar {
  const pod = sidecarConfig(config);
  const logs = pod.logFolders.map((mountPath, index) => ({
    name: index === 0 ? "model-logs" : `model-logs-${index + 1}`,
    mountPath,
  }));
  const container = exporterContainer(config, {
    pod,
    logs: logs.map((mount) => ({ ...mount, readOnly: true })),
    security: restricted,
  });
  const native = atLeast(config.kubernetes.version, [1, 29]);
  return {
    ...(native ? { initContainers: [{ ...container, restartPolicy: "Always" }] } : {}),
    containers: native ? [] : [container],
    volumes: [
      configVolume,
      // It outlives a restart of the container and not the pod; for more, put a PersistentVolumeClaim here.
      { name: exporterVolumes.state, emptyDir: { sizeLimit: "512Mi" } },
      ...logs.map(({ name }) => ({ name, emptyDir: { sizeLimit: config.kubernetes.logVolumeSize } })),
    ],
    mounts: logs,
  };
}

/** A Deployment of a model with the exporter beside it, to copy from. */
export function exampleDeployment(config: Config): IDeployment {
  const { initContainers, containers, volumes, mounts } = sidecar(config);
  const name = "example-model";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: config.kubernetes.namespace, labels: { "app.kubernetes.io/name": name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: {
        metadata: { labels: { "app.kubernetes.io/name": name, ...podLabels } },
        spec: {
          automountServiceAccountToken: false,
          // Time for the model to end, and then for the exporter to read what is left and write it down.
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            // One group for both containers, so that the exporter may read what the model writes.
            fsGroup: places.user,
            seccompProfile: { type: "RuntimeDefault" },
          },
          ...(initContainers === undefined ? {} : { initContainers }),
          containers: [
            {
              name: config.kubernetes.container,
              image: "registry.example.com/your-model-server:1.0",
              ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
              resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { memory: "1Gi" } },
              securityContext: restricted,
              volumeMounts: mounts,
            },
            ...containers,
          ],
          volumes,
        },
      },
    },
  };
}

/** What the kustomize component lays over a Deployment: the exporter, its volumes, and the model's mount of the logs. */
export function sidecarPatch(config: Config): object {
  const { initContainers, containers, volumes, mounts } = sidecar(config);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "any" },
    spec: {
      template: {
        metadata: { labels: podLabels },
        spec: {
          ...(initContainers === undefined ? {} : { initContainers }),
          containers: [{ name: config.kubernetes.container, volumeMounts: mounts }, ...containers],
          volumes,
        },
      },
    },
  };
}
