import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { generateInto } from "../generate/support/tools.ts";
import { tempDir } from "../support/temp.ts";
import { generated, makeConfig } from "./support/configs.ts";
import { kubectlKustomize, ofKind, strategicMerge } from "./support/kustomize.ts";
import { containers, manifestsIn, podSpec, schemaFault, type Manifest } from "./support/manifests.ts";
import { restrictedFaults } from "./support/restricted.ts";

const dir = tempDir();

/** A Deployment that somebody has: with an init container, a volume, and security of its own. */
const theirs = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "fraud", labels: { app: "fraud" } },
  spec: {
    selector: { matchLabels: { app: "fraud" } },
    template: {
      metadata: { labels: { app: "fraud" } },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        initContainers: [{ name: "migrate", image: "their/migration:1" }],
        containers: [
          { name: "proxy", image: "their/proxy:1" },
          {
            name: "server",
            image: "their/model:1",
            env: [{ name: "A", value: "b" }],
            volumeMounts: [{ name: "weights", mountPath: "/weights" }],
          },
        ],
        volumes: [{ name: "weights", emptyDir: {} }],
      },
    },
  },
};

describe.each([
  { version: "1.33", native: true },
  { version: "1.28", native: false },
])("the kustomize component for Kubernetes $version", ({ version, native }) => {
  const config = makeConfig({ more: { kubernetes: { container: "server", version } } });
  const [patch] = manifestsIn(generated(config, "deploy/kubernetes/component/sidecar.yaml"));
  const merged = strategicMerge(theirs, patch);
  // The name of a patch that has a target is not the object's.
  const result: Manifest = { ...(merged as Manifest), metadata: theirs.metadata };
  const pod = podSpec(result);

  test("the component adds the exporter to a Deployment and leaves the rest of it alone", () => {
    expect(schemaFault(result)).toBeUndefined();
    const names = (list: readonly { name: string }[] = []) => list.map(({ name }) => name).sort();
    expect(names(pod?.initContainers)).toEqual(native ? ["migrate", "model-quality-exporter"] : ["migrate"]);
    expect(names(pod?.containers)).toEqual(
      native ? ["proxy", "server"] : ["model-quality-exporter", "proxy", "server"],
    );
    expect(pod?.containers).toContainEqual({ name: "proxy", image: "their/proxy:1" });
    expect(pod?.containers).toContainEqual({
      ...theirs.spec.template.spec.containers[1],
      volumeMounts: [
        { name: "model-logs", mountPath: "/var/log/models" },
        { name: "weights", mountPath: "/weights" },
      ],
    });
    expect(names(pod?.volumes)).toEqual(["model-logs", "model-quality-config", "model-quality-state", "weights"]);
    expect(pod?.securityContext).toEqual(theirs.spec.template.spec.securityContext);
  });

  test("the component's container keeps the restricted standard by itself, whatever the pod sets", () => {
    const exporter = pod && containers(pod).filter(({ name }) => name === "model-quality-exporter");
    expect(exporter).toHaveLength(1);
    expect(restrictedFaults({ ...pod, securityContext: {}, initContainers: [], containers: exporter ?? [] })).toEqual(
      [],
    );
  });

  test("the component labels the pods as its PodMonitor selects them, and brings the config that it mounts", () => {
    const [monitor, map] = ["podmonitor", "configmap"].map(
      (name) => manifestsIn(generated(config, `deploy/kubernetes/component/${name}.yaml`))[0],
    );
    expect(result).toMatchObject({ spec: { template: { metadata: { labels: { app: "fraud" } } } } });
    const { spec } = monitor as unknown as { spec: { selector: { matchLabels: Record<string, string> } } };
    expect(result).toMatchObject({ spec: { template: { metadata: { labels: spec.selector.matchLabels } } } });
    expect(pod?.volumes).toContainEqual({ name: "model-quality-config", configMap: { name: map?.metadata.name } });
    // The namespace is for the kustomization to say.
    expect([monitor?.metadata.namespace, map?.metadata.namespace]).toEqual([undefined, undefined]);
  });

  describe("in a kustomization", () => {
    const folder = join(dir, version);

    beforeAll(() => {
      generateInto(config, folder);
      mkdirSync(join(folder, "theirs"));
      writeFileSync(join(folder, "theirs/deployment.yaml"), stringify(theirs));
      const kustomization = {
        namespace: "payments",
        resources: ["deployment.yaml"],
        components: ["../deploy/kubernetes/component"],
      };
      writeFileSync(join(folder, "theirs/kustomization.yaml"), stringify(kustomization));
    });

    test("kubectl builds the same Deployment, all in the kustomization's namespace", () => {
      const text = kubectlKustomize(join(folder, "theirs"));
      const objects = text === undefined ? [result] : manifestsIn(text);
      if (text !== undefined) for (const { metadata } of objects) expect(metadata.namespace).toBe("payments");
      const built = podSpec(ofKind(objects, "Deployment"));
      const sorted = <Item extends { name: string }>(list: readonly Item[] = []) =>
        list.toSorted((a, b) => a.name.localeCompare(b.name));
      for (const list of ["containers", "initContainers", "volumes"] as const) {
        expect(sorted<{ name: string }>(built?.[list])).toEqual(sorted<{ name: string }>(pod?.[list]));
      }
    });

    test("two installations with prefixes in one namespace scrape their own pods each, as the one job of the rules", () => {
      for (const prefix of ["blue", "green"]) {
        mkdirSync(join(folder, prefix));
        writeFileSync(
          join(folder, prefix, "kustomization.yaml"),
          stringify({ namePrefix: `${prefix}-`, resources: ["../theirs"] }),
        );
        const text = kubectlKustomize(join(folder, prefix));
        if (text === undefined) return;
        const monitor = ofKind(manifestsIn(text), "PodMonitor");
        const own = { "model-quality-exporter": `${prefix}-model-quality-exporter` };
        expect(monitor).toMatchObject({
          spec: {
            selector: { matchLabels: own },
            podMetricsEndpoints: [{ relabelings: [{ targetLabel: "job", replacement: "model-quality-exporter" }] }],
          },
        });
        const labels = { template: { metadata: { labels: { app: "fraud", ...own } } } };
        expect(ofKind(manifestsIn(text), "Deployment")).toMatchObject({ spec: labels });
      }
    });
  });
});
