// `npm run bench -- --footprint --minutes 60`: whether the daemon lives within the memory of a small container: ten tags of ten
// classes within 128 MiB and a thousand within 512 MiB, under heavy traffic and a scrape each 15 seconds; and what it takes
// while a hundred logs rest. As root the limit is a real one, of a control group, in which the kernel kills what needs more.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const linesASecond = 2000;
const mostBytes = 50_000_000;
const fields = { model: "m", version: "v", predicted: "p", actual: "a", time: "ts" };

/**
 * Makes a control group with a limit of memory, where that can be done.
 *
 * @param {number} bytes
 * @returns {string | undefined} its folder
 */
function makeGroup(bytes) {
  const isFirst = existsSync("/sys/fs/cgroup/memory");
  const folder = join(isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup", `model-quality-bench-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, isFirst ? "memory.limit_in_bytes" : "memory.max"), String(bytes));
    return folder;
  } catch {
    return undefined;
  }
}

/** Most memory that a control group has held, what it reads and writes of files among it, in MB. @param {string} group */
function peakOf(group) {
  const isFirst = existsSync(join(group, "memory.max_usage_in_bytes"));
  return Number(readFileSync(join(group, isFirst ? "memory.max_usage_in_bytes" : "memory.peak"), "utf8")) / 1e6;
}

/** @param {number} pid @param {string} name of /proc/PID/status, in MB */
function statusOf(pid, name) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "mu").exec(text)?.[1]) / 1024;
}

/** @param {number} pid seconds of CPU that a process has used */
function cpuOf(pid) {
  const parts = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(parts[11]) + Number(parts[12])) / 100;
}

/** @param {number} from @param {number} count @param {number} tags lines of outcomes, which all tags and cells share evenly */
function lines(from, count, tags) {
  let text = "";
  for (let n = from; n < from + count; n++) {
    const turn = Math.floor(n / tags);
    const p = `class-${turn % 10}`;
    const a = `class-${Math.floor(turn / 10) % 10}`;
    text += `{"ts":${Date.now()},"m":"model-${n % tags}","v":"v1","p":"${p}","a":"${a}"}\n`;
  }
  return text;
}

/**
 * @param {string} dir
 * @param {number | undefined} limit in bytes
 * @param {(daemon: { pid: number, url: string, group: string | undefined, isAlive: () => boolean }) => Promise<void>} use
 */
async function withDaemon(dir, limit, use) {
  const group = limit === undefined ? undefined : makeGroup(limit);
  const url = `127.0.0.1:${20_000 + (process.pid % 20_000)}`;
  const args = [
    main,
    "serve",
    "--config",
    join(dir, "config.json"),
    "--state",
    join(dir, "state"),
    "--web.listen-address",
    url,
  ];
  const daemon =
    group === undefined
      ? spawn(process.execPath, args, { stdio: "ignore" })
      : spawn("sh", ["-c", `echo $$ > ${group}/cgroup.procs; exec "$@"`, "sh", process.execPath, ...args], {
          stdio: "ignore",
        });
  const ended = once(daemon, "exit");
  const isAlive = () => daemon.exitCode === null && daemon.signalCode === null;
  try {
    while (
      isAlive() &&
      !(await fetch(`http://${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(100);
    await use({ pid: daemon.pid ?? 0, url: `http://${url}`, group, isAlive });
  } finally {
    daemon.kill();
    await ended;
    if (group !== undefined) {
      // The kernel takes a moment to empty it.
      await sleep(200);
      rmdirSync(group);
    }
  }
  return group !== undefined;
}

/**
 * @param {number} tags
 * @param {number} limit in MiB
 * @param {number} minutes
 */
async function underTraffic(tags, limit, minutes) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-footprint-"));
  const log = join(dir, "a.jsonl");
  writeFileSync(log, "");
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: [log], fields }] }));
  const seen = { most: 0, own: 0, series: 0, hasLived: false };
  try {
    const isReal = await withDaemon(dir, limit * 2 ** 20, async ({ pid, url, group, isAlive }) => {
      const end = Date.now() + minutes * 60_000;
      let written = 0;
      let bytes = 0;
      let nextScrape = Date.now() + 15_000;
      let next = Date.now();
      while (Date.now() < end && isAlive()) {
        const text = lines(written, linesASecond / 10, tags);
        appendFileSync(log, text);
        written += linesASecond / 10;
        bytes += text.length;
        if (bytes > mostBytes) {
          bytes = 0;
          renameSync(log, `${log}.1`);
          writeFileSync(log, "");
        }
        if (Date.now() >= nextScrape) {
          nextScrape += 15_000;
          const page = await fetch(`${url}/metrics`).then(
            (answer) => answer.text(),
            () => "",
          );
          seen.series = page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
          if (isAlive()) seen.own = Math.max(seen.own, statusOf(pid, "RssAnon"));
        }
        next += 100;
        await sleep(Math.max(0, next - Date.now()));
      }
      seen.hasLived = isAlive();
      // Pages of the state that are mapped are the group's as far as it was the one that read them.
      if (seen.hasLived) seen.most = group === undefined ? statusOf(pid, "VmHWM") : peakOf(group);
    });
    return [
      `${tags} tags of 10 classes for ${minutes} minutes, ${linesASecond} lines a second`,
      `${limit} MiB${isReal ? "" : " (not enforced)"}`,
      seen.hasLived ? "lived" : "killed",
      `${Math.round(seen.own)} MB`,
      `${Math.round(seen.most)} MB`,
      String(seen.series),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @param {number} files @param {number} seconds */
async function idle(files, seconds) {
  const dir = mkdtempSync(join(tmpdir(), "model-quality-idle-"));
  for (let n = 0; n < files; n++) writeFileSync(join(dir, `${n}.jsonl`), lines(n, 10, 10));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: [join(dir, "*.jsonl")], fields }] }));
  let share = 0;
  try {
    await withDaemon(dir, undefined, async ({ pid }) => {
      // Until it rests, and has compiled what it runs.
      await sleep(60_000);
      const before = cpuOf(pid);
      await sleep(seconds * 1000);
      share = (cpuOf(pid) - before) / seconds;
    });
    return `idle with ${files} logs: ${(share * 100).toFixed(2)} % of a core`;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Prints what the daemon needs. @param {number} minutes of each case */
export async function footprintBench(minutes) {
  const table = new Table({
    head: ["", "limit", "", "own memory", "at most", "series"],
    style: { head: [], border: [] },
  });
  table.push(await underTraffic(10, 128, minutes), await underTraffic(1000, 512, minutes));
  console.log(table.toString());
  console.log(await idle(100, 60));
}
