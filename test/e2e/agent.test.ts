import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/program.ts";
import { Prometheus } from "../support/prometheus.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();

/** The config of the agent that the page of docs gives, for the exporter and the receiver of this test. */
function agentConfig(exporter: string, receiver: string): string {
  const [, recipe = ""] = /^```yaml\n(.*?)^```$/msu.exec(readRepositoryFile("docs/agent.md")) ?? [];
  const config = recipe
    .replace("127.0.0.1:9877", new URL(exporter).host)
    .replace("https://prometheus.example.com", receiver)
    .replace("scrape_interval: 15s", "scrape_interval: 1s")
    .replace(/^ *basic_auth: .*\n/mu, "");
  expect(config).toContain(`${receiver}/api/v1/write`);
  return config;
}

test("an agent beside the exporter pushes its series, which end in the store when the exporter is gone", async () => {
  writeFileSync(
    join(dir, "log.jsonl"),
    `${JSON.stringify({ model: "m", version: "1", prediction: "a", label: "a" })}\n`.repeat(3),
  );
  writeFileSync(join(dir, "c.json"), JSON.stringify({ sources: [{ files: ["*.jsonl"], startAt: "beginning" }] }));
  const [daemon, receiver] = await Promise.all([
    Daemon.start(["--config", "c.json", "--state", "state"], { cwd: dir }),
    Prometheus.start(dir, { text: "" }, ["--web.enable-remote-write-receiver"]),
  ]);
  writeFileSync(join(dir, "agent.yml"), agentConfig(daemon.url, receiver.url));
  const [, flags = ""] = /^ {4}prometheus (.*)$/mu.exec(readRepositoryFile("docs/agent.md")) ?? [];
  const agent = Program.start(
    "prometheus",
    [...flags.replace("/var/lib/prometheus-agent", join(dir, "agent")).split(" "), "--web.listen-address=127.0.0.1:0"],
    { cwd: dir },
  );
  const samples = 'model_quality_samples{job="model-quality-exporter", model="m", window="5m"}';
  const found = await eventually(async () => {
    const series = await receiver.query(samples);
    return series.length > 0 && series;
  }, "the series in the store");
  expect(found.map(({ value }) => value)).toEqual([3]);
  await daemon.stop();
  // Without stale markers it would be seen for 5 more minutes.
  await eventually(async () => (await receiver.query(samples)).length === 0, "the end of the series", 30_000);
  expect((await receiver.query('up{job="model-quality-exporter"}')).map(({ value }) => value)).toEqual([0]);
  await agent.stop();
  await receiver.stop();
});
