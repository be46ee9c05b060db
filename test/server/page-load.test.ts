import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();

/** Each pair of classes of each model, in an order that depends on the round. */
function everyPair(models: number, classes: number, round = 0): string {
  let text = "";
  for (let pair = 0; pair < classes ** 2; pair++) {
    const at = (pair * (2 * round + 1)) % classes ** 2;
    for (let model = 0; model < models; model++) {
      text += `{"model":"m${model}","prediction":"c${at % classes}","label":"c${Math.floor(at / classes)}"}\n`;
    }
  }
  return text;
}

async function start(text: string, env: NodeJS.ProcessEnv = {}): Promise<{ daemon: Daemon; log: string }> {
  const dir = mkdtempSync(join(root, "load-"));
  const log = join(dir, "app.log");
  writeFileSync(log, text);
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: ["app.log"] }] }));
  const files = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  const daemon = await Daemon.start(files, { env });
  await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
  return { daemon, log };
}

/** The page of metrics, in the parts in which it came: `fetch` takes longer than the exporter. */
async function page({ url }: Daemon): Promise<readonly Buffer[]> {
  return new Promise((done, fail) => {
    get(`${url}/metrics`, { agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part)).on("error", fail);
      response.on("end", () => {
        done(parts);
      });
    }).on("error", fail);
  });
}

/** What a page says of a tag in a window. */
interface Sums {
  samples: number;
  actual: number;
  predicted: number;
  cells: number;
  /** Classes with more right outcomes than outcomes. */
  impossible: number;
}

/** Adds up a page by tag and window. */
function sumsOf(page: string): {
  readonly sums: ReadonlyMap<string, Sums>;
  readonly outcomes: ReadonlyMap<string, number>;
} {
  const sums = new Map<string, Sums>();
  const outcomes = new Map<string, number>();
  const truePositives = new Map<string, number>();
  for (const line of page.split("\n")) {
    const [, name = "", model = "", window = "", of = "", value = ""] =
      /^model_quality_(\w+)\{model="(\w+)"(?:,window="(\w+)")?(.*)\} (\d+)$/u.exec(line) ?? [];
    const key = `${model} ${window}`;
    const own = sums.get(key) ?? { samples: 0, actual: 0, predicted: 0, cells: 0, impossible: 0 };
    if (name === "outcomes_total") outcomes.set(model, Number(value));
    else if (window !== "") sums.set(key, own);
    if (name === "samples") own.samples = Number(value);
    if (name === "true_positive_samples") truePositives.set(key + of, Number(value));
    if (name === "predicted_samples") own.predicted += Number(value);
    if (name === "confusion_samples") own.cells += Number(value);
    if (name !== "actual_samples") continue;
    own.actual += Number(value);
    if ((truePositives.get(key + of) ?? 0) > Number(value)) own.impossible++;
  }
  return { sums, outcomes };
}

/** What `/api/v1/models` says, as far as it is looked at. */
interface Figures {
  readonly tags: readonly {
    readonly windows: readonly { readonly samples: number; readonly confusion: readonly (readonly number[])[] }[];
  }[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test("all figures of a tag on a page are of one instant, though events come at full speed while it is on its way", async () => {
  const [models, classes] = [4, 30];
  const rounds = [0, 1, 2, 3].map((round) => everyPair(models, classes, round));
  const { daemon, log } = await start(rounds.join(""));
  const work = { isOver: false };
  const writing = (async () => {
    for (let round = 0; !work.isOver; round++) {
      appendFileSync(log, rounds[round % rounds.length] ?? "");
      await sleep(10);
    }
  })();
  const scrapes = async (): Promise<string[]> => {
    const pages: string[] = [];
    for (let scrape = 0; scrape < 5; scrape++) pages.push(String(Buffer.concat(await page(daemon))));
    return pages;
  };
  const reports = async (): Promise<Figures[]> => {
    const all: Figures[] = [];
    for (let report = 0; report < 5; report++)
      all.push(JSON.parse((await daemon.get("/api/v1/models")).body) as Figures);
    return all;
  };
  const [scraped, figures] = await Promise.all([Promise.all([scrapes(), scrapes()]), reports()]);
  const pages = scraped.flat().map(sumsOf);
  work.isOver = true;
  await writing;
  await daemon.stop();
  for (const { sums, outcomes } of pages) {
    expect(sums.size).toBe(models * 4);
    for (const [key, { samples, actual, predicted, cells, impossible }] of sums) {
      expect({ key, actual, predicted, cells, impossible }).toEqual({
        key,
        actual: samples,
        predicted: samples,
        cells: samples,
        impossible: 0,
      });
      const [model = "", window] = key.split(" ");
      if (window === "24h") expect(samples).toBe(outcomes.get(model));
    }
  }
  const windowsOf = figures.map(({ tags }) => tags.flatMap(({ windows }) => windows));
  expect(windowsOf.map(({ length }) => length)).toEqual(Array.from({ length: 5 }, () => models * 4));
  for (const { samples, confusion } of windowsOf.flat()) {
    expect(samples).toBeGreaterThan(0);
    expect(sum(confusion.map(sum))).toBe(samples);
  }
  const counted = pages.map(({ outcomes }) => outcomes.get("m0") ?? 0);
  expect(new Set(counted).size).toBeGreaterThan(5);
});

test("eight scrapes of a page of 25 MB at once are served with a heap of 64 MB, and probes meanwhile", async () => {
  const { daemon } = await start(everyPair(7, 100), { NODE_OPTIONS: "--max-old-space-size=64" });
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8"))?.[1]) / 1024;
  const before = resident();
  let most = before;
  let probes = 0;
  const work = { isOver: false };
  const asking = (async () => {
    while (!work.isOver) {
      expect((await daemon.get("/-/healthy")).status).toBe(200);
      probes++;
      await sleep(20);
      most = Math.max(most, resident());
    }
  })();
  const pages = Array.from({ length: 8 }, async () => (await page(daemon)).reduce((sum, part) => sum + part.length, 0));
  const bytes = await Promise.all(pages);
  work.isOver = true;
  await asking;
  expect(Math.min(...bytes)).toBeGreaterThan(25e6);
  expect(probes).toBeGreaterThan(3);
  expect(most - before).toBeLessThan(100);
  await daemon.stop();
});

test("a connection that sends requests and reads no answers is closed, and does not cost memory", async () => {
  const { daemon } = await start(everyPair(1, 10));
  const { hostname, port } = new URL(daemon.url);
  const socket = connect(Number(port), hostname).on("error", () => undefined);
  socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(30_000));
  socket.resume();
  await eventually(() => socket.closed, "closed");
  expect((await daemon.get("/-/healthy")).status).toBe(200);
  await daemon.stop();
});
