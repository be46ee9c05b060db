import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Alertmanager } from "../support/alertmanager.ts";
import { Daemon, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { Prometheus } from "../support/prometheus.ts";
import { tempDir } from "../support/temp.ts";
import { Webhook } from "../support/webhook.ts";

const dir = tempDir();
const log = join(dir, "fraud.jsonl");
const configFile = join(dir, "model-quality.config.json");
const running: { stop(): Promise<unknown> }[] = [];
afterAll(async () => {
  for (const program of running.reverse()) await program.stop();
});

/** What both models owe. */
const recall = {
  metric: "recall",
  class: "fraud",
  min: 0.85,
  window: { last: 200 },
  severity: "critical",
  for: "0s",
  minSamples: 50,
  confidence: 0.95,
};

/** The config, as far as it is known: addresses are only there once their programs run. */
function writeConfig(addresses: {
  payments: string;
  platform: string;
  exporter?: string;
  alertmanager?: string;
}): void {
  const config = {
    sources: [
      { files: ["*.jsonl"], fields: { model: "model", version: "version", predicted: "prediction", actual: "label" } },
    ],
    windows: [{ last: 200 }],
    models: {
      fraud: {
        team: "payments",
        classes: ["legit", "fraud"],
        objectives: [recall],
      },
      ranker: {
        team: "payments",
        silentAfter: "8s",
        classes: ["legit", "fraud"],
        objectives: [recall],
      },
      "*": { team: "platform" },
    },
    teams: {
      payments: { critical: ["payments-hook"] },
      platform: { critical: ["platform-hook"], warning: ["platform-hook"] },
    },
    receivers: {
      "payments-hook": { webhook: { url: addresses.payments } },
      "platform-hook": { webhook: { url: addresses.platform } },
    },
    alerting: { defaultReceiver: "platform-hook", groupWait: "1s", groupInterval: "1s", repeatInterval: "1h" },
    prometheus: {
      targets: [addresses.exporter ?? "127.0.0.1:9877"],
      alertmanagers: [addresses.alertmanager ?? "127.0.0.1:9093"],
      scrapeInterval: "1s",
      evaluationInterval: "1s",
    },
  };
  writeFileSync(configFile, JSON.stringify(config));
}

async function generate(): Promise<void> {
  const ended = await run(["generate", "--config", configFile, "--out", dir]);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
}

/** Appends outcomes of actual frauds and of as many legitimate payments; `caught` of 10 frauds are predicted. */
function outcomes(count: number, caught: number, tag: object = { model: "fraud", version: "v3" }): void {
  const lines = Array.from({ length: count }, (_line, at) => {
    const label = at % 2 === 0 ? "fraud" : "legit";
    const prediction = label === "fraud" && Math.floor(at / 2) % 10 < caught ? "fraud" : "legit";
    return `${JSON.stringify({ ...tag, prediction, label })}\n`;
  });
  appendFileSync(log, lines.join(""));
}

let hook: Webhook;
let prometheus: Prometheus;

beforeAll(async () => {
  hook = await Webhook.start();
  const receivers = { payments: `${hook.url}/payments`, platform: `${hook.url}/platform` };
  outcomes(200, 10);
  writeConfig(receivers);
  await generate();
  const alertmanager = await Alertmanager.start(dir, { file: join(dir, "alertmanager/alertmanager.yml") });
  running.push(alertmanager);
  const daemon = await Daemon.start(["--config", configFile, "--state", join(dir, "state")]);
  running.push(daemon);
  writeConfig({
    ...receivers,
    exporter: new URL(daemon.url).host,
    alertmanager: alertmanager.address,
  });
  await generate();
  prometheus = await Prometheus.start(dir, { file: join(dir, "prometheus/prometheus.yml") });
  running.push(prometheus);
}, 60_000);

/** Alerts that payments got of a name and a version of the model `ranker`, by status. */
function ofRanker(status: "firing" | "resolved", alertname: string, version?: string): boolean {
  return hook
    .notices("/payments")
    .flatMap(({ alerts }) => alerts)
    .some(
      (alert) =>
        alert.status === status &&
        alert.labels["model"] === "ranker" &&
        alert.labels["alertname"] === alertname &&
        alert.labels["version"] === version,
    );
}

test("recall falls, the alert reaches the team that owns the model, quality comes back, and so does the all-clear", async () => {
  await eventually(async () => {
    const [sample] = await prometheus.query('model_quality_recall_ratio{model="fraud",class="fraud"}');
    return sample?.value === 1;
  }, "Prometheus has scraped a recall of 1");
  expect((await prometheus.alerts()).filter(({ state }) => state === "firing")).toEqual([]);

  outcomes(200, 6);
  const fired = await eventually(
    () => hook.notices("/payments").find(({ status }) => status === "firing"),
    "payments are told",
    60_000,
  );
  expect(fired.alerts[0]?.labels).toMatchObject({
    severity: "critical",
    team: "payments",
    model: "fraud",
    version: "v3",
    window: "last_200",
    class: "fraud",
  });
  expect(fired.alerts[0]?.annotations["description"]).toMatch(/60(\.0+)?\s?%|0\.6/u);

  outcomes(200, 10);
  await eventually(
    () => hook.notices("/payments").some(({ status }) => status === "resolved"),
    "payments hear that it is over",
    60_000,
  );
  expect(
    hook.notices("/platform").flatMap(({ alerts }) => alerts.filter(({ labels }) => labels["model"] === "fraud")),
  ).toEqual([]);
}, 150_000);

test("a bad version that was replaced stops paging though its outcomes are still in the window, and a silent model pages", async () => {
  const keep = (version: string, caught: number) => (): boolean => {
    outcomes(20, caught, { model: "ranker", version });
    return false;
  };
  const until = (condition: () => boolean, meanwhile: () => boolean, what: string): Promise<unknown> =>
    eventually(() => condition() || meanwhile(), what, 60_000);

  outcomes(200, 6, { model: "ranker", version: "v1" });
  await until(() => ofRanker("firing", "ModelQualityRecallLow", "v1"), keep("v1", 6), "v1 pages");
  // The new version takes over; nothing more comes of the old one.
  await until(() => ofRanker("resolved", "ModelQualityRecallLow", "v1"), keep("v2", 10), "v1 is over");
  const [samples] = await prometheus.query('model_quality_samples{model="ranker",version="v1",window="last_200"}');
  expect(samples?.value).toBe(200);
  expect(ofRanker("firing", "ModelQualityModelSilent")).toBe(false);

  // Now nothing comes at all.
  await eventually(() => ofRanker("firing", "ModelQualityModelSilent"), "the silence pages", 60_000);
  outcomes(20, 10, { model: "ranker", version: "v2" });
  await eventually(() => ofRanker("resolved", "ModelQualityModelSilent"), "the silence is over", 60_000);
}, 250_000);
