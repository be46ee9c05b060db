import { z } from "zod";
import { listOf, text, version } from "./scalars.ts";
import { namedMap, object } from "./strict-object.ts";
import { expected } from "./messages.ts";

/** A name as Kubernetes takes it for a namespace, a container or a secret, of at most `longest` characters. */
function dnsLabel(what: string, longest: number) {
  const form = expected(`${what}: lower-case letters, digits and -, at most ${longest} characters`);
  return text(what).refine((name) => name.length <= longest && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u.test(name), {
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
  error: expected("a glob under /var/log/pods, where Kubernetes keeps what containers print"),
});

/** The keys of `kubernetes`. */
const kubernetesShape = {
  // The DaemonSet's namespace is this one with an ending.
  namespace: dnsLabel("a namespace", 57).default("models").describe("Where the models and the sidecars live."),
  version: version("1.29")
    .prefault("1.29")
    .describe("The version of Kubernetes that the files are written for; 1.29 is the first with native sidecars."),
  image: text("an image")
    .regex(/^[\w.:@/-]+$/u, { error: expected('an image like "registry.example.com/model-quality-exporter:1.0"') })
    .optional()
    .describe(
      "The image of the exporter, as the cluster can pull it; without it, the one that `deploy/compose.yaml` builds.",
    ),
  labels: namedMap(
    () => labelValue,
    "an object of labels",
    (key) => (labelKey.test(key) ? undefined : "is no name of a Kubernetes label"),
  )
    .prefault({})
    .describe("Labels by which the Prometheus of the cluster picks monitors and rules."),
  container: dnsLabel("the name of the model's container", 63)
    .default("model")
    .describe("The container that the model runs in."),
  logVolumeSize: text('a size like "1Gi"')
    .regex(/^[1-9]\d*(?:[kMGT]|[KMGT]i)?$/u, { error: expected('a size like "1Gi"') })
    .default("1Gi")
    .describe("How much the logs of a pod may take before it is evicted."),
  podLogs: listOf(podLog, "a list of globs", "glob")
    .optional()
    .describe(
      "What the DaemonSet reads under `/var/log/pods`; without it, what containers of the name `container` print.",
    ),
  receiversSecret: dnsLabel("the name of a secret", 63)
    .default("model-quality-receivers")
    .describe("The Secret that holds the receivers' files."),
};

/** What the Kubernetes manifests are made of. */
export const kubernetes = object(kubernetesShape, { name: "KubernetesInput" });
