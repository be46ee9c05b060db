import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { KubernetesTarget } from "../../config/config.ts";
import { paths } from "./paths.ts";

type Web = Pick<KubernetesTarget, "web">;
type Endpoint = NonNullable<IPodMonitor["spec"]["podMetricsEndpoints"]>[number];

const volumeName = "model-quality-web";

/** File in the Secret of the web config. */
const fileName = "web-config.yml";

/** Writes the flag of the exporter's web config; none without web security. */
export function webArgs({ web }: Web): readonly string[] {
  return web === undefined ? [] : [`--web.config.file=${paths.web}/${fileName}`];
}

/** Writes the mount of the web config and of what it names; none without web security. */
export function webMounts({ web }: Web): readonly IVolumeMount[] {
  return web === undefined ? [] : [{ name: volumeName, mountPath: paths.web, readOnly: true }];
}

/** Writes the volume of the web config, in one folder with the files of TLS; none without web security. */
export function webVolumes({ web }: Web): readonly IVolume[] {
  if (web === undefined) return [];
  const secrets = [web.configSecret, ...(web.tls === undefined ? [] : [web.tls.secret])];
  return [{ name: volumeName, projected: { sources: secrets.map((name) => ({ secret: { name } })) } }];
}

/** Writes how the operator's Prometheus asks a pod. */
export function scrapeSecurity({ web }: Web): Pick<Endpoint, "scheme" | "tlsConfig" | "basicAuth"> {
  const { tls, basicAuthSecret } = web ?? {};
  return {
    scheme: tls === undefined ? "http" : "https",
    ...(tls && {
      tlsConfig: {
        ca: { secret: { name: tls.secret, key: "ca.crt" } },
        serverName: tls.serverName,
        ...(tls.clientSecret !== undefined && {
          cert: { secret: { name: tls.clientSecret, key: "tls.crt" } },
          keySecret: { name: tls.clientSecret, key: "tls.key" },
        }),
      },
    }),
    ...(basicAuthSecret !== undefined && {
      basicAuth: {
        username: { name: basicAuthSecret, key: "username" },
        password: { name: basicAuthSecret, key: "password" },
      },
    }),
  };
}

/** Words which Secrets must be there, for the head of a file. */
export function webSecretLines({ web }: Web, namespace: string): readonly string[] {
  if (web === undefined) return [];
  const { configSecret, tls, basicAuthSecret } = web;
  return [
    `Needs these Secrets in the namespace ${namespace}:`,
    `  ${configSecret}: ${fileName} (--web.config.file; its files lie in the same folder${tls ? ": cert_file: tls.crt, key_file: tls.key" : ""})`,
    ...(tls
      ? [`  ${tls.secret}: tls.crt, tls.key, and ca.crt for Prometheus; the certificate is for ${tls.serverName}`]
      : []),
    ...(tls?.clientSecret === undefined ? [] : [`  ${tls.clientSecret}: tls.crt, tls.key that Prometheus shows`]),
    ...(basicAuthSecret === undefined
      ? []
      : [`  ${basicAuthSecret}: username, password with which Prometheus logs in`]),
  ];
}
