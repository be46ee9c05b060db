import type { IService } from "kubernetes-models/v1/Service";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { KubernetesTarget } from "../../config/config.ts";
import { exporterName, podLabels } from "./object-metadata.ts";
import { paths, port, portName } from "./paths.ts";
import type { PodConfig } from "./pod-config.ts";

type Posted = Pick<PodConfig, "tokensFile">;

const volumeName = "model-quality-events";

/** Writes the mount of the tokens of events by HTTP; none where the pod takes no events. */
export function eventsMounts({ tokensFile }: Posted): readonly IVolumeMount[] {
  return tokensFile === undefined ? [] : [{ name: volumeName, mountPath: paths.events, readOnly: true }];
}

/** Writes the volume of the tokens of events by HTTP; none where the pod takes no events. */
export function eventsVolumes({ eventsSecret }: KubernetesTarget, { tokensFile }: Posted): readonly IVolume[] {
  return tokensFile === undefined ? [] : [{ name: volumeName, secret: { secretName: eventsSecret } }];
}

/**
 * Builds the Service by which events reach the pods from outside. Its name stands for the addresses of all of them: a label
 * belongs to the pod that took its prediction, and the others take it for one that waits.
 */
export function eventsService(namespace?: string): IService {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: exporterName,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { "app.kubernetes.io/name": exporterName },
    },
    spec: {
      clusterIP: "None",
      selector: { ...podLabels },
      ports: [{ name: portName, port, targetPort: portName, protocol: "TCP" }],
    },
  };
}

/** Words which Secret must be there, for the head of a file. */
export function eventsSecretLines({ eventsSecret }: KubernetesTarget, { tokensFile }: Posted): readonly string[] {
  if (tokensFile === undefined) return [];
  return [`Needs the Secret ${eventsSecret} with the key ${tokensFile}: tokens of POST /api/v1/events, one a line.`];
}
