// `npm run bench -- --load`: the page of metrics under load: eight scrapes of a page of 57 MB at once, readers that do not read,
// and 150 models with 100 classes each, every pair of classes once. Meanwhile another thread asks whether the daemon is healthy.
// `--main FILE` measures another build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import Table from "cli-table3";

const classes = 100;
const askEveryMs = 20;

/** @param {string} file @param {number} models @param {number} rounds how often each pair of classes comes */
export async function writeEveryPair(file, models, rounds = 1) {
  const out = createWriteStream(file);
  for (let pair = 0; pair < rounds * classes * classes; pair++) {
    const [prediction, label] = [pair % classes, Math.floor(pair / classes) % classes];
    let text = "";
    for (let model = 0; model < models; model++)
      text += `{"model":"model-${model}","prediction":"class-${prediction}","label":"class-${label}"}\n`;
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** A page, thrown away. @param {string} url @returns {Promise<{ status: number, bytes: number, seconds: number }>} */
async function scrape(url) {
  const started = performance.now();
  /** @type {import("node:http").IncomingMessage} */
  const response = await new Promise((done, fail) => get(url, { agent: false }, done).on("error", fail));
  let bytes = 0;
  response.on("data", (/** @type {Buffer} */ part) => (bytes += part.length));
  await once(response, "end");
  return { status: response.statusCode ?? 0, bytes, seconds: (performance.now() - started) / 1000 };
}

/** Asks for the health until it is told to stop, and then says how long the slowest answer took. */
const asking = `
  const { get } = require("node:http");
  const { parentPort, workerData } = require("node:worker_threads");
  const times = [];
  let asked;
  const ask = () => {
    asked = performance.now();
    get(workerData, { agent: false }, (response) => {
      response.resume().on("end", () => {
        times.push(performance.now() - asked);
        asked = undefined;
        setTimeout(ask, ${askEveryMs});
      });
    }).on("error", () => setTimeout(ask, ${askEveryMs}));
  };
  ask();
  parentPort.on("message", () => {
    if (asked !== undefined) times.push(performance.now() - asked);
    times.sort((a, b) => a - b);
    parentPort.postMessage({ median: times[times.length >> 1], slowest: times.at(-1) });
    process.exit();
  });
`;

/** What goes on while some work is done: health in ms, memory in MB. @template T @param {{ pid: number, url: string }} daemon @param {() => Promise<T>} work */
async function during({ pid, url }, work) {
  const memory = () => Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  const before = memory();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, memory())), askEveryMs);
  const health = new Worker(asking, { eval: true, workerData: `${url}/-/healthy` });
  const result = await work();
  health.postMessage("");
  /** @type {{ median: number, slowest: number }[]} */
  const [{ median, slowest } = { median: NaN, slowest: NaN }] = await once(health, "message");
  clearInterval(looking);
  return { result, before, more: most - before, median, slowest };
}

/** Starts a daemon over a log of every pair, and waits until it has read it. @param {string} main @param {string} dir @param {number} models */
async function start(main, dir, models) {
  await writeEveryPair(join(dir, "app.log"), models);
  const fields = { model: "model", predicted: "prediction", actual: "label" };
  writeFileSync(
    join(dir, "config.json"),
    JSON.stringify({ sources: [{ files: ["app.log"], fields }], limits: { maxSeries: 10_000_000 } }),
  );
  rmSync(join(dir, "state"), { recursive: true, force: true });
  const port = 20_000 + (process.pid % 20_000);
  const address = `127.0.0.1:${port}`;
  const args = [main, "serve", "--config", "config.json", "--state", "state", "--web.listen-address", address];
  const daemon = spawn(process.execPath, args, { cwd: dir, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://${address}`;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (daemon.exitCode === null && !(await isReady())) await sleep(200);
  // What was read is written down by then.
  await sleep(3000);
  return { daemon, url, pid: daemon.pid ?? 0 };
}

/** Runs it, and prints a table. @param {string | undefined} main */
export async function loadBench(main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-load-"));
  const table = new Table({
    head: ["", "MB a page", "slowest page, s", "health: median, ms", "slowest, ms", "memory before, MB", "more, MB"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
  });
  /** @param {string} what @param {{ pid: number, url: string }} daemon @param {() => Promise<readonly { bytes: number, seconds: number, status: number }[]>} work */
  const row = async (what, daemon, work) => {
    const { result, before, more, median, slowest } = await during(daemon, work);
    const failed = result.filter(({ status }) => status !== 200).length;
    const bytes = Math.max(...result.map((one) => one.bytes));
    const seconds = Math.max(...result.map((one) => one.seconds));
    const figures = [
      (bytes / 1e6).toFixed(1),
      seconds.toFixed(1),
      median.toFixed(1),
      slowest.toFixed(0),
      before.toFixed(0),
      more.toFixed(0),
    ];
    table.push([failed === 0 ? what : `${what}: ${failed} refused`, ...figures]);
  };
  const stop = async (/** @type {import("node:child_process").ChildProcess} */ daemon) => {
    daemon.kill();
    await once(daemon, "exit");
  };
  try {
    const some = await start(main, dir, 13);
    const page = `${some.url}/metrics`;
    await row("13 models, one scrape", some, async () => [await scrape(page)]);
    await row("13 models, eight scrapes at once", some, () =>
      Promise.all(Array.from({ length: 8 }, () => scrape(page))),
    );
    await row("13 models, a scrape beside ten readers that do not read", some, async () => {
      const idle = Array.from({ length: 10 }, () => connect(Number(new URL(page).port), "127.0.0.1"));
      for (const socket of idle)
        socket
          .pause()
          .on("error", () => undefined)
          .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await sleep(500);
      const result = await scrape(page);
      for (const socket of idle) socket.destroy();
      return [result];
    });
    await stop(some.daemon);
    const many = await start(main, dir, 150);
    await row("150 models, one scrape", many, async () => [await scrape(`${many.url}/metrics`)]);
    await stop(many.daemon);
    console.log(table.toString());
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
