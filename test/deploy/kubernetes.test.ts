import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { generate } from "../../src/generate/outputs.ts";
import { repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";
import { makeConfig, oddNames, userConfig } from "./support/configs.ts";
import { containers, find, manifests, manifestsIn, podSpec, schemaFault } from "./support/manifests.ts";
import { restrictedFaults } from "./support/restricted.ts";

const dir = tempDir();
const repositoryConfig = await loadConfig(join(repository, "model-quality.config.ts"));
const configs = [
  { what: "the sample config", config: repositoryConfig },
  { what: "odd names", config: makeConfig({ models: oddNames }) },
  { what: "the least config", config: makeConfig({ more: { models: {}, teams: {}, receivers: {}, alerting: {} } }) },
  {
    what: "a log and events by HTTP",
    config: makeConfig({ sources: [{ files: ["/var/log/models/*.jsonl"] }, { name: "api", http: {} }] }),
  },
  {
    what: "web security",
    config: makeConfig({ more: { kubernetes: { web: { tls: {}, basicAuthSecret: "login" } } } }),
  },
  { what: "an older cluster", config: makeConfig({ more: { kubernetes: { version: "1.28" } } }) },
];

describe.each(configs)("the manifests of $what", ({ config }) => {
  const objects = manifests(config).map(({ object }) => object);

  test("all manifests fit the schemas of their kinds", () => {
    expect(objects.length).toBeGreaterThanOrEqual(9);
    expect(objects.flatMap((object) => schemaFault(object) ?? [])).toEqual([]);
  });

  test("all manifests have valid names, none twice", () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u);
  });

  test("every pod but the DaemonSet's keeps the restricted Pod Security Standard", () => {
    const pods = objects.flatMap((object) => {
      const pod = podSpec(object);
      return pod === undefined ? [] : [{ kind: object.kind, faults: restrictedFaults(pod) }];
    });
    expect(pods).toEqual([
      {
        kind: "DaemonSet",
        // It reads the node's files, which belong to root: why its namespace is labelled privileged.
        faults: [
          "volume model-quality-state is a hostPath",
          "volume pod-logs is a hostPath",
          "model-quality-exporter may run as root",
          "model-quality-exporter runs as root",
        ],
      },
      { kind: "Deployment", faults: [] },
    ]);
  });

  test("every pod mounts each of its volumes, and no others", () => {
    for (const pod of objects.flatMap((object) => podSpec(object) ?? [])) {
      const mounted = containers(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      expect(new Set(mounted)).toEqual(new Set((pod.volumes ?? []).map(({ name }) => name)));
      for (const { volumeMounts = [] } of containers(pod)) {
        const paths = volumeMounts.map(({ mountPath }) => mountPath);
        expect(new Set(paths).size).toBe(paths.length);
      }
    }
  });

  test("every container requests resources and limits its memory", () => {
    for (const container of objects.flatMap((object) => podSpec(object) ?? []).flatMap(containers)) {
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });
});

describe("the sidecar", () => {
  const pod = podSpecOf(makeConfig());

  test("the sidecar is an init container that is restarted always, so that it outlives the model's container", () => {
    expect(pod.initContainers).toEqual([
      expect.objectContaining({ name: "model-quality-exporter", restartPolicy: "Always" }),
    ]);
    expect(pod.containers.map(({ name }) => name)).toEqual(["model"]);
  });

  test("the sidecar is a container beside the model where the cluster has no native sidecars", () => {
    const older = podSpecOf(makeConfig({ more: { kubernetes: { version: "1.28" } } }));
    expect(older.initContainers).toBeUndefined();
    expect(older.containers.map(({ name }) => name)).toEqual(["model", "model-quality-exporter"]);
    expect(older.containers[1]).not.toHaveProperty("restartPolicy");
  });

  test("the sidecar never keeps the model from being ready, and is restarted when it hangs", () => {
    const [exporter] = pod.initContainers ?? [];
    expect(exporter).not.toHaveProperty("readinessProbe");
    expect(exporter).not.toHaveProperty("startupProbe");
    expect(exporter?.livenessProbe).toMatchObject({ httpGet: { path: "/-/healthy", port: "model-quality" } });
    expect(exporter?.ports).toEqual([expect.objectContaining({ name: "model-quality", containerPort: 9877 })]);
  });

  test("the sidecar shares a bounded log volume with the model, which alone writes to it", () => {
    expect(pod.volumes).toContainEqual({ name: "model-logs", emptyDir: { sizeLimit: "1Gi" } });
    const mounts = containers(pod).map(({ volumeMounts = [] }) =>
      volumeMounts.find(({ name }) => name === "model-logs"),
    );
    expect(mounts).toEqual([
      { name: "model-logs", mountPath: "/var/log/models", readOnly: true },
      { name: "model-logs", mountPath: "/var/log/models" },
    ]);
  });

  test.each([
    { files: ["logs/*.jsonl", "./other/**/x.jsonl"], folders: ["/var/log/models/logs", "/var/log/models/other"] },
    { files: ["/a/b/c/*.log", "/a/b/*.log", "/a/bc/*.log"], folders: ["/a/b", "/a/bc"] },
    { files: ["/a/{b,c}/d/*.log"], folders: ["/a"] },
    { files: ["/a/b.log"], folders: ["/a"] },
    { files: ["/**/*.log"], folders: [] },
  ])("the sidecar mounts $folders for the patterns $files", ({ files, folders }) => {
    const {
      containers: [model],
    } = podSpecOf(makeConfig({ sources: [{ files }] }));
    expect(model?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(folders);
  });

  test("the sidecar runs the image of the config, or the one that the compose file builds", () => {
    const image = "registry.example.com/team/exporter:1.2";
    const { initContainers } = podSpecOf(makeConfig({ more: { kubernetes: { image } } }));
    expect(initContainers?.[0]?.image).toBe(image);
    expect(pod.initContainers?.[0]?.image).toMatch(/^model-quality-exporter:\d+\.\d+\.\d+$/u);
  });
});

describe("the pods with web security", () => {
  const web = {
    configSecret: "web",
    tls: { secret: "web-tls", serverName: "mqe", clientSecret: "client" },
    basicAuthSecret: "login",
  };
  const pods = (config: Config) =>
    manifests(config).flatMap(({ object, path }) => {
      const pod = podSpec(object);
      const own = pod && containers(pod).find(({ name }) => name === "model-quality-exporter");
      return pod === undefined || own === undefined ? [] : [{ path, pod, own }];
    });

  test("get the web config and the files of TLS in one folder, and a probe over TLS", () => {
    const found = pods(makeConfig({ more: { kubernetes: { web } } }));
    expect(found).toHaveLength(2);
    for (const { pod, own } of found) {
      expect(own.args).toContain("--web.config.file=/etc/model-quality-exporter-web/web-config.yml");
      expect(own.livenessProbe?.httpGet).toEqual({ path: "/-/healthy", port: "model-quality", scheme: "HTTPS" });
      expect(own.volumeMounts).toContainEqual({
        name: "model-quality-web",
        mountPath: "/etc/model-quality-exporter-web",
        readOnly: true,
      });
      expect(pod.volumes).toContainEqual({
        name: "model-quality-web",
        projected: { sources: [{ secret: { name: "web" } }, { secret: { name: "web-tls" } }] },
      });
    }
  });

  test.each(["models", "models-nodes"])("are scraped in %s over TLS, with a certificate and a login", (namespace) => {
    const monitor = find(makeConfig({ more: { kubernetes: { web } } }), "PodMonitor", namespace);
    expect(monitor.spec.podMetricsEndpoints).toEqual([
      expect.objectContaining({
        scheme: "https",
        tlsConfig: {
          ca: { secret: { name: "web-tls", key: "ca.crt" } },
          serverName: "mqe",
          cert: { secret: { name: "client", key: "tls.crt" } },
          keySecret: { name: "client", key: "tls.key" },
        },
        basicAuth: {
          username: { name: "login", key: "username" },
          password: { name: "login", key: "password" },
        },
      }),
    ]);
  });

  test.each([
    { given: {}, secrets: ["model-quality-web-config"], scheme: undefined },
    { given: { tls: {} }, secrets: ["model-quality-web-config", "model-quality-web-tls"], scheme: "HTTPS" },
    { given: { basicAuthSecret: "login" }, secrets: ["model-quality-web-config"], scheme: undefined },
  ])("of $given mount $secrets, and are scraped as far as that goes", ({ given, secrets, scheme }) => {
    const config = makeConfig({ more: { kubernetes: { web: given } } });
    for (const { pod, own } of pods(config)) {
      const volume = pod.volumes?.find(({ name }) => name === "model-quality-web");
      expect(volume?.projected?.sources?.map(({ secret }) => secret?.name)).toEqual(secrets);
      expect(own.livenessProbe?.httpGet?.scheme).toBe(scheme);
    }
    const [endpoint] = find(config, "PodMonitor").spec.podMetricsEndpoints ?? [];
    expect(endpoint?.scheme).toBe("tls" in given ? "https" : "http");
    expect(Object.keys(endpoint ?? {})).toEqual(expect.arrayContaining("tls" in given ? ["tlsConfig"] : []));
    expect("basicAuth" in (endpoint ?? {})).toBe("basicAuthSecret" in given);
  });

  test("say at the head of their files which Secrets must be there, with which keys", () => {
    const text = generate(makeConfig({ more: { kubernetes: { web } } })).files.get("deploy/kubernetes/daemonset.yaml");
    expect(text).toContain("# Needs these Secrets in the namespace models-nodes:");
    for (const line of ["web: web-config.yml", "web-tls: tls.crt, tls.key, and ca.crt", "login: username, password"]) {
      expect(text).toContain(`#   ${line}`);
    }
  });
});

describe("the config in the ConfigMap", () => {
  test.each([
    { what: "the sidecar", namespace: "models", files: "/var/log/models/logs/*.jsonl", wrapper: "auto" },
    { what: "the DaemonSet", namespace: "models-nodes", files: "/var/log/pods/models_*/model/*.log", wrapper: "cri" },
  ])("the config of $what loads, with the same models, teams and windows", async ({ namespace, files, wrapper }) => {
    const given = userConfig({ models: oddNames, sources: [{ files: ["logs/*.jsonl"], wrapper: "auto" }] });
    const config = parseConfig(
      { ...given, grafana: undefined, limits: { maxTags: 7 } },
      "/x/model-quality.config.ts",
      {},
    );
    const map = find(config, "ConfigMap", namespace);
    const [[name, text] = ["", ""]] = Object.entries(map.data ?? {});
    writeFileSync(join(dir, name), text);
    const loaded = await loadConfig(join(dir, name), {});
    const { models, teams, receivers, windows, limits, alerting } = config;
    expect(loaded).toMatchObject({ models, teams, receivers, windows, limits, alerting });
    // The rules name sources: they are called in a pod as they are here.
    expect(
      loaded.sources.map(({ source, decode }) => ({
        ...{ name: source.name, files: source.files, wrapper: decode.wrapper },
      })),
    ).toEqual([{ name: "logs/*.jsonl", files: [files], wrapper }]);
  });

  test("the config of the DaemonSet has only the sources under /var/log/pods, if there are any", () => {
    const pods = { files: ["/var/log/pods/ml_*/server/*.log"], wrapper: "cri", format: "logfmt" };
    const config = makeConfig({ sources: [{ files: ["/var/log/models/*.jsonl"] }, pods] });
    const { data = {} } = find(config, "ConfigMap", "models-nodes");
    expect(JSON.parse(data["model-quality.config.json"] ?? "")).toMatchObject({ sources: [pods] });
  });
});

describe("pods that take events by HTTP", () => {
  const api = { name: "api", http: { tokensFile: "secrets/mine" } };
  const alone = makeConfig({ sources: [api] });

  test("where there is no log, there are no volumes of logs, no DaemonSet, and all fits the schemas", () => {
    const objects = manifests(alone).map(({ object }) => object);
    expect(objects.flatMap((object) => schemaFault(object) ?? [])).toEqual([]);
    expect(objects.some(({ kind }) => kind === "DaemonSet")).toBe(false);
    const pod = podSpecOf(alone);
    expect(pod.volumes?.map(({ name }) => name)).toEqual([
      ...["model-quality-config", "model-quality-state", "model-quality-events"],
    ]);
    expect(pod.containers[0]?.volumeMounts).toEqual([]);
  });

  test("the tokens come from a Secret, also where the config names none: others reach a pod", async () => {
    for (const { source, file } of [
      { source: api, file: "mine" },
      { source: { name: "api", http: {} }, file: "tokens" },
    ]) {
      const config = makeConfig({ sources: [source] });
      const pod = podSpecOf(config);
      expect(pod.volumes).toContainEqual({
        name: "model-quality-events",
        secret: { secretName: "model-quality-events" },
      });
      const [[name, text] = ["", ""]] = Object.entries(find(config, "ConfigMap", "models").data ?? {});
      writeFileSync(join(dir, name), text);
      const [loaded] = (await loadConfig(join(dir, name), {})).sources;
      const folder = "/etc/model-quality-exporter-events";
      expect(loaded?.http?.tokensFile).toBe(`${folder}/${file}`);
      const mount = { name: "model-quality-events", mountPath: folder, readOnly: true };
      expect(pod.initContainers?.[0]?.volumeMounts).toContainEqual(mount);
    }
  });

  test("a headless Service leads to the port of each pod with an exporter", () => {
    const { metadata, spec } = find(alone, "Service", "models");
    expect(metadata?.name).toBe("model-quality-exporter");
    expect(spec).toMatchObject({
      clusterIP: "None",
      selector: { "model-quality-exporter": "model-quality-exporter" },
      ports: [{ port: 9877, targetPort: "model-quality" }],
    });
    expect(manifests(makeConfig()).some(({ object }) => object.kind === "Service")).toBe(false);
  });

  test("the DaemonSet takes events too, beside the output of its node", () => {
    const config = makeConfig({ sources: [{ files: ["/var/log/pods/ml_*/server/*.log"], wrapper: "cri" }, api] });
    const { data = {} } = find(config, "ConfigMap", "models-nodes");
    expect(JSON.parse(data["model-quality.config.json"] ?? "")).toMatchObject({
      sources: [{ wrapper: "cri" }, { name: "api" }],
    });
    expect(find(config, "Service", "models-nodes").metadata?.name).toBe("model-quality-exporter");
  });
});

describe("the DaemonSet", () => {
  test("the DaemonSet reads the models' containers of its own namespace, and those that the config names", () => {
    const filesIn = (kubernetes: Readonly<Record<string, unknown>>) => {
      const { data = {} } = find(makeConfig({ more: { kubernetes } }), "ConfigMap", "prod-nodes");
      const given = JSON.parse(data["model-quality.config.json"] ?? "") as { sources: { files: string[] }[] };
      return given.sources[0]?.files;
    };
    expect(filesIn({ namespace: "prod" })).toEqual(["/var/log/pods/prod_*/model/*.log"]);
    const podLogs = ["/var/log/pods/*/server/*.log"];
    expect(filesIn({ namespace: "prod", podLogs })).toEqual(podLogs);
  });

  test("the DaemonSet has a namespace of its own, which says why it is privileged", () => {
    const namespace = find(makeConfig(), "Namespace", "models-nodes");
    expect(namespace.metadata).toMatchObject({
      name: "models-nodes",
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
      annotations: { "model-quality-exporter/why-privileged": expect.stringContaining("hostPath") },
    });
    expect(find(makeConfig(), "DaemonSet", "models-nodes").metadata?.namespace).toBe("models-nodes");
  });

  test("the DaemonSet reads the logs of every node, tainted or not, and can write to none of them", () => {
    const pod = find(makeConfig(), "DaemonSet", "models-nodes").spec?.template.spec;
    expect(pod?.tolerations).toEqual([{ operator: "Exists" }]);
    expect(pod?.containers[0]?.volumeMounts).toContainEqual({
      name: "pod-logs",
      mountPath: "/var/log/pods",
      readOnly: true,
    });
    expect(pod?.containers[0]?.securityContext?.capabilities).not.toHaveProperty("add");
    expect(pod?.containers[0]?.securityContext).toMatchObject({
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
  });

  test("the series of the DaemonSet get the namespace of the models", () => {
    const monitor = find(makeConfig(), "PodMonitor", "models-nodes");
    expect(monitor.spec.podMetricsEndpoints?.[0]?.relabelings).toEqual([
      { action: "replace", targetLabel: "job", replacement: "model-quality-exporter" },
      { action: "replace", targetLabel: "namespace", replacement: "models" },
    ]);
  });
});

describe("the PodMonitor", () => {
  const config = makeConfig({
    more: { kubernetes: { labels: { release: "prom" } }, prometheus: { scrapeInterval: "20s" } },
  });
  const monitor = find(config, "PodMonitor");

  test("the PodMonitor selects the pods of the Deployment, and the port that the sidecar names", () => {
    const { matchLabels = {} } = monitor.spec.selector;
    const deployment = find(config, "Deployment");
    expect(deployment.spec?.template.metadata?.labels).toMatchObject(matchLabels);
    expect(Object.keys(matchLabels)).not.toEqual([]);
    expect(monitor.spec.podMetricsEndpoints).toEqual([
      {
        ...{ port: "model-quality", path: "/metrics", scheme: "http", interval: "20s", honorLabels: false },
        relabelings: [{ action: "replace", targetLabel: "job", replacement: "model-quality-exporter" }],
      },
    ]);
  });

  test("the PodMonitor is named as its pods are labelled, and has the labels that the cluster's Prometheus selects by", () => {
    expect(monitor.spec.selector.matchLabels).toEqual({ "model-quality-exporter": monitor.metadata?.name });
    expect(monitor.metadata?.labels).toMatchObject({ release: "prom" });
    for (const kind of ["PrometheusRule"] as const)
      expect(find(config, kind).metadata?.labels).toMatchObject({ release: "prom" });
  });
});

describe("every manifest", () => {
  test("every manifest has a header that says how to write it again, and is the same from run to run", () => {
    const config = makeConfig({ models: oddNames });
    const files = [...generate(config).files].filter(([path]) => path.startsWith("deploy/"));
    expect(files.length).toBeGreaterThan(10);
    for (const [, text] of files) {
      expect(text.slice(0, 400)).toContain("Written by `model-quality-exporter generate` from model-quality.config.ts");
      expect(text.slice(0, 400)).toContain("generate --config model-quality.config.ts");
      expect(text).not.toContain("/etc/somewhere");
    }
    const again = generate(makeConfig({ models: oddNames })).files;
    expect(files.map(([path]) => again.get(path))).toEqual(files.map(([, text]) => text));
  });

  test("every manifest is YAML that a parser accepts", () => {
    for (const [path, text] of generate(makeConfig({ models: oddNames })).files) {
      if (path.endsWith(".yaml")) expect(manifestsIn(text).length).toBeGreaterThan(0);
    }
  });
});

function podSpecOf(config: ReturnType<typeof makeConfig>): NonNullable<ReturnType<typeof podSpec>> {
  const deployment = manifests(config).find(({ object }) => object.kind === "Deployment")?.object;
  const pod = deployment === undefined ? undefined : podSpec(deployment);
  if (pod === undefined) throw new Error("no pod");
  return pod;
}
