import * as z from "zod";
import { listOf, text, version } from "./scalars.ts";
import { namedMap, object } from "./strict-object.ts";
import { expected } from "./messages.ts";

/** Schema of a Kubernetes name (namespace, container, Secret) of at most `maxLength` characters. */
function dnsLabel(what: string, maxLength: number) {
  const form = expected(`${what}: lower-case letters, digits and -, at most ${maxLength} characters`);
  return text(what).refine((name) => name.length <= maxLength && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u.test(name), {
    error: form,
  });
}

const labelValue = z
  .string({ error: expected("the value of a label") })
  .regex(/^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/u, {
    error: expected("the value of a Kubernetes label: letters, digits, -, _ and ., at most 63 characters"),
  });

const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/u;

const podLog = text("a glob under /var/log/pods").refine((glob) => glob.startsWith("/var/log/pods/"), {
  error: expected("a glob under /var/log/pods, where Kubernetes stores container output"),
});

/** The keys of `kubernetes.web.tls`. */
const webTlsShape = {
  secret: dnsLabel("the name of a secret", 63)
    .default("model-quality-web-tls")
    .describe(
      "Name of the Secret with the exporter's `tls.crt` and `tls.key`, and `ca.crt` for Prometheus, as cert-manager writes it.",
    ),
  serverName: text("a name")
    .default("model-quality-exporter")
    .describe("Name that the certificate is for: pods are scraped by their addresses."),
  clientSecret: dnsLabel("the name of a secret", 63)
    .optional()
    .describe("Name of the Secret with the `tls.crt` and `tls.key` that Prometheus shows the exporter."),
};

/** The keys of `kubernetes.web`. */
const webShape = {
  configSecret: dnsLabel("the name of a secret", 63)
    .default("model-quality-web-config")
    .describe(
      "Name of the Secret whose `web-config.yml` is the `--web.config.file`; its files lie in one folder with those of `tls.secret`.",
    ),
  tls: object(webTlsShape, { name: "WebTlsInput" })
    .optional()
    .describe("TLS of the exporter, which its web config must have as well; by default it is asked by plain HTTP."),
  basicAuthSecret: dnsLabel("the name of a secret", 63)
    .optional()
    .describe("Name of the Secret with the `username` and `password` with which Prometheus logs in."),
};

/** The keys of `kubernetes`. */
const kubernetesShape = {
  // The DaemonSet's namespace adds a suffix.
  namespace: dnsLabel("a namespace", 57).default("models").describe("Namespace of the models and sidecars."),
  version: version("1.29")
    .prefault("1.29")
    .describe("Version of Kubernetes to generate files for; 1.29 is the first with native sidecars."),
  image: text("an image")
    .regex(/^[\w.:@/-]+$/u, { error: expected('an image like "registry.example.com/model-quality-exporter:1.0"') })
    .optional()
    .describe("The exporter's image that the cluster pulls; by default the one built by `deploy/compose.yaml`."),
  labels: namedMap(
    () => labelValue,
    "an object of labels",
    (key) => (labelKey.test(key) ? undefined : "is not a valid Kubernetes label name"),
  )
    .prefault({})
    .describe("Labels by which the cluster's Prometheus selects monitors and rules."),
  container: dnsLabel("the name of the model's container", 63)
    .default("model")
    .describe("Name of the model's container."),
  logVolumeSize: text('a size like "1Gi"')
    .regex(/^[1-9]\d*(?:[kMGT]|[KMGT]i)?$/u, { error: expected('a size like "1Gi"') })
    .default("1Gi")
    .describe("Size limit of a pod's logs; past it the pod is evicted."),
  podLogs: listOf(podLog, "a list of globs", "glob")
    .optional()
    .describe(
      "Globs that the DaemonSet reads under `/var/log/pods`; by default the output of containers named `container`.",
    ),
  receiversSecret: dnsLabel("the name of a secret", 63)
    .default("model-quality-receivers")
    .describe("Name of the Secret with the receivers' files."),
  eventsSecret: dnsLabel("the name of a secret", 63)
    .default("model-quality-events")
    .describe("Name of the Secret with the file of `http.tokensFile`, or `tokens`, for pods that take events by HTTP."),
  web: object(webShape, { name: "WebInput" })
    .optional()
    .describe("Web security of the exporter's pods, by Secrets; by default anybody who reaches a pod may ask it."),
};

/** Schema of `kubernetes`. */
export const kubernetes = object(kubernetesShape, { name: "KubernetesInput" });
