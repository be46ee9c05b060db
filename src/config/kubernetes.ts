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
export const kubernetesShape = {
  // The DaemonSet's namespace is this one with an ending.
  namespace: dnsLabel("a namespace", 57).default("models"),
  version: version("1.29").prefault("1.29"),
  image: text("an image")
    .regex(/^[\w.:@/-]+$/u, { error: expected('an image like "registry.example.com/model-quality-exporter:1.0"') })
    .optional(),
  labels: namedMap(
    () => labelValue,
    "an object of labels",
    (key) => (labelKey.test(key) ? undefined : "is no name of a Kubernetes label"),
  ).prefault({}),
  container: dnsLabel("the name of the model's container", 63).default("model"),
  logVolumeSize: text('a size like "1Gi"')
    .regex(/^[1-9]\d*(?:[kMGT]|[KMGT]i)?$/u, { error: expected('a size like "1Gi"') })
    .default("1Gi"),
  podLogs: listOf(podLog, "a list of globs", "glob").optional(),
  receiversSecret: dnsLabel("the name of a secret", 63).default("model-quality-receivers"),
};

/** What the Kubernetes manifests are made of. */
export const kubernetes = object(kubernetesShape);
