import type { IContainer } from "kubernetes-models/v1/Container";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Config } from "../../config/config.ts";
import { exporterName, image, places } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";

/** The volumes of the exporter itself, by name. */
export const exporterVolumes = { config: "model-quality-config", state: "model-quality-state" } as const;

/** What differs between the exporter's places in a cluster. */
export interface Setting {
  readonly pod: PodConfig;
  /** Where its logs come from. */
  readonly logs: readonly IVolumeMount[];
  readonly security: ISecurityContext;
}

/**
 * The exporter's container. It has no readiness probe: beside a model that would take the model out of service whenever
 * the exporter fails. Its liveness probe is patient, and a restart takes up where the state stands.
 */
export function exporterContainer(config: Config, { pod, logs, security }: Setting): IContainer {
  return {
    name: exporterName,
    image: image(config),
    args: [
      "serve",
      `--config=${places.configFolder}/${pod.fileName}`,
      `--state=${places.stateFolder}`,
      `--web.listen-address=:${places.port}`,
      "--log.format=json",
    ],
    ports: [{ name: places.portName, containerPort: places.port, protocol: "TCP" }],
    livenessProbe: {
      httpGet: { path: "/-/healthy", port: places.portName },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
    securityContext: security,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: exporterVolumes.config, mountPath: places.configFolder, readOnly: true },
      { name: exporterVolumes.state, mountPath: places.stateFolder },
      ...logs,
    ],
  };
}

/** What the restricted Pod Security Standard asks of a container, and a root file system that nobody writes to. */
export const restricted: ISecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: places.user,
  runAsGroup: places.user,
  seccompProfile: { type: "RuntimeDefault" },
};

/** The volume of the config: the whole folder, for a file that is mounted by itself would never change. */
export const configVolume: IVolume = { name: exporterVolumes.config, configMap: { name: exporterName } };
