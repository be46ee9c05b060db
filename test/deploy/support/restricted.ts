import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { containers } from "./manifests.ts";

const allowedVolumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/**
 * Where a pod breaks the restricted Pod Security Standard, each as a sentence. The rules are those of the standard's
 * page: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedFaults(pod: IPodSpec): readonly string[] {
  const volumes = (pod.volumes ?? []).flatMap((volume) =>
    Object.keys(volume)
      .filter((key) => key !== "name" && !allowedVolumes.has(key))
      .map((key) => `volume ${volume.name} is a ${key}`),
  );
  const host = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((key) => pod[key] === true);
  return [...volumes, ...host, ...containers(pod).flatMap((one) => containerFaults(one, pod))];
}

function containerFaults(container: ReturnType<typeof containers>[number], pod: IPodSpec): readonly string[] {
  const own = container.securityContext ?? {};
  const seccomp = own.seccompProfile?.type ?? pod.securityContext?.seccompProfile?.type;
  const user = own.runAsUser ?? pod.securityContext?.runAsUser;
  const rules = {
    "may gain privileges": own.allowPrivilegeEscalation !== false,
    "keeps capabilities": own.capabilities?.drop?.includes("ALL") !== true,
    "adds capabilities": (own.capabilities?.add ?? []).some((name) => name !== "NET_BIND_SERVICE"),
    "may run as root": (own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true,
    "runs as root": user === 0,
    "has no seccomp profile": seccomp !== "RuntimeDefault" && seccomp !== "Localhost",
    "is privileged": own.privileged === true,
    "takes a port of the host": (container.ports ?? []).some(({ hostPort }) => hostPort !== undefined),
  };
  return Object.entries(rules)
    .filter(([, broken]) => broken)
    .map(([rule]) => `${container.name} ${rule}`);
}
