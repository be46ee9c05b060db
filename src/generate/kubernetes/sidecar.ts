import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Config } from "../../config/config.ts";
import { atLeast, since } from "../tool-versions.ts";
import { configVolume, exporterContainer, exporterVolumes, restricted } from "./exporter-container.ts";
import { eventsVolumes } from "./events.ts";
import { podLabels } from "./object-metadata.ts";
import { userId } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";
import { webVolumes } from "./web-security.ts";

/** Sections of the config that a pod with the exporter depends on. */
type SidecarSections = Pick<Config, "kubernetes" | "limits">;

/** Size limit of the state's volume: the file of the state has free pages besides those that are counted. */
function stateVolumeSize({ maxStateBytes }: Config["limits"]): string {
  return `${Math.ceil((2 * maxStateBytes) / 2 ** 20)}Mi`;
}

/** Parts of a pod that has the exporter beside the model. */
interface Sidecar {
  /** Exporter as a native sidecar, where the cluster knows those. */
  readonly initContainers?: IContainer[];
  /** Exporter as a container beside the model, where the cluster knows no native sidecars. */
  readonly containers: IContainer[];
  readonly volumes: IVolume[];
  /** Mounts of the logs in the model's container. */
  readonly mounts: IVolumeMount[];
}

/**
 * A native sidecar (an init container with `restartPolicy: Always`) starts before the model and stops after it, so that
 * it reads the last lines; it does not keep a Job from ending.
 */
function sidecar({ kubernetes, limits }: SidecarSections, pod: PodConfig): Sidecar {
  const logs = pod.logFolders.map((mountPath, index) => ({
    name: index === 0 ? "model-logs" : `model-logs-${index + 1}`,
    mountPath,
  }));
  const container = exporterContainer(kubernetes, {
    pod,
    logs: logs.map((mount) => ({ ...mount, readOnly: true })),
    security: restricted,
  });
  const native = atLeast(kubernetes.version, since.kubernetes.nativeSidecars);
  return {
    ...(native ? { initContainers: [{ ...container, restartPolicy: "Always" }] } : {}),
    containers: native ? [] : [container],
    volumes: [
      configVolume,
      // Survives a restart of the container, not of the pod; for that, put a PersistentVolumeClaim here.
      { name: exporterVolumes.state, emptyDir: { sizeLimit: stateVolumeSize(limits) } },
      ...eventsVolumes(kubernetes, pod),
      ...webVolumes(kubernetes),
      ...logs.map(({ name }) => ({ name, emptyDir: { sizeLimit: kubernetes.logVolumeSize } })),
    ],
    mounts: logs,
  };
}

/** Builds a Deployment of a model with the exporter beside it, to copy from. */
export function exampleDeployment(config: SidecarSections, pod: PodConfig): IDeployment {
  const { kubernetes } = config;
  const { initContainers, containers, volumes, mounts } = sidecar(config, pod);
  const name = "example-model";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: kubernetes.namespace, labels: { "app.kubernetes.io/name": name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: {
        metadata: { labels: { "app.kubernetes.io/name": name, ...podLabels } },
        spec: {
          automountServiceAccountToken: false,
          // Time for the model to end, and then for the exporter to read the rest and commit it.
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            // One group for both containers, so that the exporter may read the model's logs.
            fsGroup: userId,
            seccompProfile: { type: "RuntimeDefault" },
          },
          ...(initContainers === undefined ? {} : { initContainers }),
          containers: [
            {
              name: kubernetes.container,
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

/** Builds the kustomize patch that adds the exporter, its volumes and the model's log mounts to a Deployment. */
export function sidecarPatch(config: SidecarSections, pod: PodConfig): object {
  const { kubernetes } = config;
  const { initContainers, containers, volumes, mounts } = sidecar(config, pod);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "any" },
    spec: {
      template: {
        metadata: { labels: podLabels },
        spec: {
          ...(initContainers === undefined ? {} : { initContainers }),
          containers: [{ name: kubernetes.container, volumeMounts: mounts }, ...containers],
          volumes,
        },
      },
    },
  };
}
