import type { IContainer } from "kubernetes-models/v1/Container";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { KubernetesTarget } from "../../config/config.ts";
import { eventsMounts } from "./events.ts";
import { exporterName, image } from "./object-metadata.ts";
import { paths, port, portName, userId } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";
import { webArgs, webMounts } from "./web-security.ts";

/** Names of the exporter's own volumes. */
export const exporterVolumes = { config: "model-quality-config", state: "model-quality-state" } as const;

/** Differences between the exporter's container in a sidecar and in the DaemonSet. */
export interface ContainerOptions {
  readonly pod: PodConfig;
  /** Mounts of the logs. */
  readonly logs: readonly IVolumeMount[];
  readonly security: ISecurityContext;
}

/**
 * Builds the exporter's container. It has no readiness probe, which would take the model beside it out of service when
 * the exporter fails. Its liveness probe is patient, and after a restart it continues from the state.
 */
export function exporterContainer(kubernetes: KubernetesTarget, { pod, logs, security }: ContainerOptions): IContainer {
  return {
    name: exporterName,
    image: image(kubernetes),
    args: [
      "serve",
      `--config=${paths.config}/${pod.fileName}`,
      `--state=${paths.state}`,
      `--web.listen-address=:${port}`,
      ...webArgs(kubernetes),
      "--log.format=json",
    ],
    ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
    livenessProbe: {
      httpGet: {
        path: "/-/healthy",
        port: portName,
        // The kubelet takes any certificate and shows none: the exporter answers this path nevertheless.
        ...(kubernetes.web?.tls === undefined ? {} : { scheme: "HTTPS" }),
      },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    securityContext: security,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: exporterVolumes.config, mountPath: paths.config, readOnly: true },
      { name: exporterVolumes.state, mountPath: paths.state },
      ...eventsMounts(pod),
      ...webMounts(kubernetes),
      ...logs,
    ],
  };
}

/** Security context of the restricted Pod Security Standard, with a read-only root file system. */
export const restricted: ISecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: userId,
  runAsGroup: userId,
  seccompProfile: { type: "RuntimeDefault" },
};

/** Volume of the config: a whole folder, since Kubernetes never updates a file that is mounted by itself. */
export const configVolume: IVolume = { name: exporterVolumes.config, configMap: { name: exporterName } };
