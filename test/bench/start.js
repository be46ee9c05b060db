// `npm run bench -- --start`: how long the daemon takes from its start to its first answer on /metrics, with a JSON and a
// TypeScript config, in turn with a Node program that only answers one request. CPU tells more than the clock where others
// share the machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const config = { sources: [{ files: ["*.jsonl"], fields: { model: "model", predicted: "p", actual: "a" } }] };
const bare = `require("node:http").createServer((_, response) => response.end("ok\\n")).listen(Number(process.argv[1]), "127.0.0.1")`;

/** @param {number} port true when /metrics answers there */
function answers(port) {
  return new Promise((resolve) => {
    const asked = request({ port, host: "127.0.0.1", path: "/metrics", agent: false }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200));
    });
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

/** @param {number} pid seconds of CPU that a process has used */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * @param {readonly string[]} args of node
 * @param {string} cwd
 * @param {number} port
 */
async function start(args, cwd, port) {
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: "ignore" });
  const ended = once(child, "exit");
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`node ${args.join(" ")} ended with ${child.exitCode}`);
    await sleep(2);
  }
  const ms = performance.now() - began;
  const cpu = cpuOf(child.pid ?? 0) * 1000;
  child.kill("SIGTERM");
  await ended;
  return { ms, cpu };
}

/** @param {readonly number[]} numbers */
function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/**
 * Prints how long starts take.
 *
 * @param {number} rounds
 */
export async function startBench(rounds) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-start-"));
  writeFileSync(join(dir, "a.jsonl"), '{"model":"m","p":"x","a":"x"}\n');
  writeFileSync(join(dir, "c.json"), JSON.stringify(config));
  writeFileSync(join(dir, "c.ts"), `const threshold: number = 1;\nexport default ${JSON.stringify(config)};\n`);
  const port = 20_000 + (process.pid % 20_000);
  const daemon = (/** @type {string} */ file) => [
    ...[main, "serve", "--config", file, "--state", "state", "--web.listen-address", `127.0.0.1:${port}`],
  ];
  /** @type {Map<string, { args: readonly string[], ms: number[], cpu: number[] }>} */
  const rows = new Map([
    ["a Node server alone", { args: ["-e", bare, String(port)], ms: [], cpu: [] }],
    ["a JSON config", { args: daemon("c.json"), ms: [], cpu: [] }],
    ["a TypeScript config", { args: daemon("c.ts"), ms: [], cpu: [] }],
  ]);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const row of rows.values()) {
        rmSync(join(dir, "state"), { recursive: true, force: true });
        const { ms, cpu } = await start(row.args, dir, port);
        row.ms.push(ms);
        row.cpu.push(cpu);
      }
    }
    const table = new Table({ head: ["start to first /metrics", "fastest", "median", "CPU (median)"] });
    for (const [name, { ms, cpu }] of rows) {
      table.push([name, ...[Math.min(...ms), middle(ms), middle(cpu)].map((one) => `${one.toFixed(0)} ms`)]);
    }
    console.log(`${rounds} rounds, Node ${process.version}\n${table.toString()}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
