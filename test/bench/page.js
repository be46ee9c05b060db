// `npm run bench -- --page`: what the status page costs with 1,000 tags of 10 classes. How long a fragment takes whose
// verdicts are new, and one that shares them; what a scrape takes while the page is open; that nothing is done while nobody
// looks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";

const tags = 1000;
const classes = 10;
const scrapes = 20;

/** @param {readonly number[]} numbers one at least */
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/**
 * Writes a log of 1,000 tags, and a config that reads it.
 *
 * @param {string} dir
 * @param {Readonly<Record<string, unknown>>} [more] further sections of the config
 */
export function writeInput(dir, more = {}) {
  mkdirSync(join(dir, "logs"));
  const now = Date.now();
  const lines = Array.from({ length: tags }, (_, tag) =>
    Array.from({ length: 200 }, (_, at) => {
      const label = String(at % classes);
      const prediction = at % 9 === 0 ? String((at * 7 + tag) % classes) : label;
      const ts = new Date(now - at * 1000).toISOString();
      return `${JSON.stringify({ model: `model-${tag % 20}`, version: `v${tag}`, prediction, label, ts })}\n`;
    }).join(""),
  );
  writeFileSync(join(dir, "logs/a.jsonl"), lines.join(""));
  const objectives = [
    { metric: "recall", class: "0", min: 0.85, window: "5m", severity: "warning" },
    { metric: "f1", average: "macro", min: 0.8, window: "1h", severity: "warning" },
    { metric: "accuracy", min: 0.9, window: "5m", severity: "warning" },
  ];
  const config = {
    sources: [
      {
        files: ["logs/*.jsonl"],
        fields: { version: "version", predicted: "prediction", actual: "label", model: "model", time: "ts" },
      },
    ],
    models: { "*": { team: "t", objectives } },
    teams: { t: { warning: ["hook"] } },
    receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
    alerting: { defaultReceiver: "hook" },
    windows: ["5m", "1h"],
    exposition: { confusion: "none" },
    ...more,
  };
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
}

/**
 * How long an answer takes, in milliseconds.
 *
 * @param {string} url
 * @param {Record<string, string>} [headers]
 */
export async function timed(url, headers = {}) {
  const started = performance.now();
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return performance.now() - started;
}

/** CPU time of a process in milliseconds. @param {number} pid */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/**
 * Starts a daemon over the input of a folder; resolves once it has read it.
 *
 * @param {string} dir
 */
export async function startDaemon(dir) {
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  const flags = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  const daemon = spawn(process.execPath, [main, "serve", ...flags, "--web.listen-address", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  daemon.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (log += text));
  while (!log.includes("ready")) {
    if (daemon.exitCode !== null) throw new Error(log);
    await sleep(50);
  }
  return { daemon, url: /url="?(http:\/\/[^\s"]+)/u.exec(log)?.[1] ?? "", pid: daemon.pid ?? 0 };
}

/** Measures a daemon. */
export async function pageBench() {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-page-"));
  writeInput(dir);
  const { daemon, url, pid } = await startDaemon(dir);
  try {
    const fragment = { Accept: "text/html; fragment=1" };
    for (let warm = 0; warm < 8; warm++) {
      await timed(`${url}/`, fragment);
      await timed(`${url}/metrics`);
      await sleep(200);
    }

    /** @type {{ fresh: number[], shared: number[], alone: number[], beside: number[] }} */
    const times = { fresh: [], shared: [], alone: [], beside: [] };
    for (let round = 0; round < 10; round++) {
      await sleep(1100);
      times.fresh.push(await timed(`${url}/`, fragment));
      times.shared.push(await timed(`${url}/`, fragment));
    }
    // In turn, so that a busy machine slows both: five scrapes with nobody looking, five while a page asks as it does.
    for (let round = 0; round < scrapes / 5; round++) {
      for (let scrape = 0; scrape < 5; scrape++) times.alone.push(await timed(`${url}/metrics`));
      await timed(`${url}/`, fragment);
      for (let scrape = 0; scrape < 5; scrape++) times.beside.push(await timed(`${url}/metrics`));
    }
    const before = cpuOf(pid);
    await sleep(5000);
    const idle = cpuOf(pid) - before;

    const table = new Table({ head: ["", "min ms", "median ms"], style: { head: [], border: [] } });
    const names = {
      fresh: "fragment, verdicts made for it",
      shared: "fragment, verdicts shared",
      alone: "/metrics, nobody looks",
      beside: "/metrics, a page is open",
    };
    for (const key of /** @type {const} */ (["fresh", "shared", "alone", "beside"])) {
      table.push([names[key], Math.min(...times[key]).toFixed(1), median(times[key]).toFixed(1)]);
    }
    console.log(`${tags} tags of ${classes} classes with 3 objectives each\n${table.toString()}`);
    console.log(`/metrics: ${(median(times.beside) / median(times.alone)).toFixed(2)} x while a page is open`);
    console.log(`nobody looks: ${((idle / 5000) * 100).toFixed(1)} % of a core, for all that the daemon does`);
  } finally {
    daemon.kill();
    await once(daemon, "exit");
    rmSync(dir, { recursive: true });
  }
}
