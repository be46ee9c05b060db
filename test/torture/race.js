import { mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pino } from "pino";
import { LogStream } from "./log-stream.js";
import { begin, makeUpTime, pass, passed, undisturbed } from "./made-up-time.js";
import { Random } from "./random.js";
import { keepingWays } from "./rotation-ways.js";

makeUpTime();
const { Tail } = await import("../../dist/modules/source/tail.js");

/** @typedef {[import("../../src/serializable.ts").EntryKey, import("../../src/serializable.ts").JsonValue]} Saved */
/** @typedef {{ seed: number, setting: string, lost: string[], twice: string[] }} Outcome */

/**
 * A server writes and rotates while a tail follows it, that is killed now and then; the server does its next step between
 * any two calls that the tail makes of the file system. All of it is drawn from the seed: what was met once is met again.
 *
 * @param {string} base where a folder is made
 * @param {number} seed
 * @param {(text: string) => void} [tell] what happens
 * @param {string[]} [sources] the sources that follow the logs, each on its own
 * @returns {Promise<Outcome>}
 */
export async function race(base, seed, tell, sources = ["log"]) {
  const random = new Random(seed);
  const dir = mkdtempSync(join(base, "race-"));
  // A log is reached through a link or not, all the time.
  const all = Object.keys(keepingWays).filter((way) => way !== "symlink");
  const names = random.chance(0.5) ? [random.one(Object.keys(keepingWays))] : all;
  const glob = random.one(["app.log", "app.log*"]);
  const firstLine = random.chance(0.2) ? "# what stands in the columns" : "";
  // How likely it is that the server comes between two calls.
  const rate = random.one([0, 0.02, 0.1, 0.4]);
  const say = (/** @type {string} */ text) => tell?.(`${passed().toFixed(2).padStart(10)} ${text}`);
  let steps = 0;
  begin(dir, (call, first) => {
    if (tell !== undefined) say(`    ${call} ${String(first).replace(dir, "")}`);
    if (steps <= 0 || !random.chance(rate)) return;
    steps--;
    server.step();
  });
  // Folders share the numbers of files: what one has let go of, another one is given.
  const folders = random.chance(0.3) ? ["logs", "other"] : ["logs"];
  const servers = undisturbed(() => folders.map((name) => new Server(join(dir, name), random, names, firstLine, say)));
  const server = {
    step: () => random.one(servers).step(),
    steps: (/** @type {number} */ count) => random.one(servers).steps(count),
  };
  const tail = new Victim(join(dir, "*", glob), sources, say);
  await tail.start();
  // Following begins with the first commit: what was rotated away before is not wanted.
  await tail.look();
  tail.commit();
  for (let rounds = random.whole(3, 25); rounds > 0; rounds--) {
    if (random.chance(0.6)) server.steps(random.whole(0, random.chance(0.1) ? 40 : 6));
    pass(random.chance(0.5) ? 20 : random.next() * 250);
    steps = random.whole(0, 30);
    if (random.chance(0.1)) {
      if (random.chance(0.5)) tail.commit();
      await tail.kill();
      server.steps(random.whole(0, 12));
      await tail.start();
    } else await tail.look();
    steps = 0;
    if (random.chance(0.5)) tail.commit();
  }
  for (const each of servers) each.end();
  for (let looks = 0; looks < 10; looks++) {
    pass(looks < 8 ? 300 : 7000);
    await tail.look();
  }
  await tail.close();
  begin(dir, () => undefined);
  rmSync(dir, { recursive: true });
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const outcome of tail.outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const written = servers
    .flatMap(({ name, written }) => Array.from({ length: written }, (_, n) => `${name}:${n}`))
    .flatMap((outcome) => sources.map((source) => `${source}:${outcome}`));
  return {
    seed,
    setting: `${names.length > 1 ? "all ways" : names.join()}, ${glob}, rate ${rate}${firstLine === "" ? "" : ", first line"}`,
    lost: written.filter((outcome) => !counts.has(outcome)),
    twice: written.filter((outcome) => (counts.get(outcome) ?? 0) > 1),
  };
}

/** Writes and rotates, step by step. */
class Server {
  #log;
  #random;
  #ways;
  #say;
  /** @type {Generator<void, void> | undefined} */
  #rotation;

  /** @param {string} dir @param {Random} random @param {string[]} ways @param {string} firstLine @param {(text: string) => void} say */
  constructor(dir, random, ways, firstLine, say) {
    this.name = basename(dir);
    this.#log = new LogStream(dir, this.name, firstLine);
    this.#random = random;
    this.#ways = ways;
    this.#say = say;
    if (ways.includes("symlink")) {
      this.#rotation = keepingWays.symlink(this.#log);
      this.end();
    }
    this.#log.append(3);
  }

  get written() {
    return this.#log.outcomes.written;
  }

  step() {
    undisturbed(() => {
      this.#step();
    });
  }

  /** @param {number} count */
  steps(count) {
    for (let left = count; left > 0; left--) this.step();
  }

  /** Ends what was begun. */
  end() {
    while (this.#rotation !== undefined) this.step();
    undisturbed(() => {
      this.#log.mend();
      this.#log.close();
    });
  }

  #step() {
    const random = this.#random;
    pass(random.chance(0.5) ? 0.1 : random.next() * (random.chance(0.9) ? 12 : 300));
    if (this.#rotation !== undefined) {
      this.#say("  the server goes on rotating");
      if (this.#rotation.next().done === true) this.#rotation = undefined;
    } else if (random.chance(0.25)) {
      this.#log.mend();
      this.#log.rotations++;
      const way = random.one(this.#ways);
      this.#say(`  the server begins ${way}`);
      this.#rotation = ways[way]?.(this.#log, random);
    } else {
      this.#say(`  the server writes from ${this.written}`);
      if (random.chance(0.2)) this.#log.appendTorn(random.whole(1, 3), random.next());
      else this.#log.append(random.whole(1, random.chance(0.1) ? 40 : 8));
    }
  }
}

/** @type {Readonly<Record<string, import("./rotation-ways.js").Rotation>>} */
const ways = keepingWays;

/** A tail, what it has read, and what of that is committed. */
class Victim {
  /** @type {string[]} */
  outcomes = [];
  #glob;
  #sources;
  #say;
  #committed = 0;
  /** @type {Map<string, Saved>} */
  #store = new Map();
  /** @type {InstanceType<typeof Tail> | undefined} */
  #tail;

  /** @param {string} glob @param {string[]} sources @param {(text: string) => void} say */
  constructor(glob, sources, say) {
    this.#glob = glob;
    this.#sources = sources;
    this.#say = say;
  }

  async start() {
    this.#say("the tail starts");
    const never = 3_600_000;
    this.#tail = new Tail({
      open: ({ source }) => ({
        read: (buffer, start, end) => {
          const lines = buffer.toString("utf8", start, end).split("\n");
          const read = lines.flatMap((line) => {
            const [, model, number] = /"model":"(\w+)".*"number":(\d+)/u.exec(line) ?? [];
            return model === undefined ? [] : [`${source}:${model}:${number}`];
          });
          this.#say(`read ${read.at(0)} to ${read.at(-1)}`);
          this.outcomes.push(...read);
        },
        skipped: () => undefined,
        save: () => undefined,
        handOn: () => undefined,
      }),
      saved: [...this.#store.values()],
      clock: () => Date.now(),
      log: pino({ level: "debug" }, { write: (line) => this.#say(`log ${line.trim()}`) }),
      pollMs: never,
      discoverMs: never,
      watch: false,
      sources: this.#sources.map((name) => ({
        name,
        selection: name,
        files: [this.#glob],
        exclude: [],
        startAt: "beginning",
        maxLineBytes: 1024,
      })),
    });
    await this.#tail.start();
  }

  async look() {
    this.#say("the tail looks");
    await this.#tail?.drain(5000);
  }

  commit() {
    this.#say("commit");
    for (const { key, value } of this.#tail?.changes() ?? []) {
      if (value === undefined) this.#store.delete(JSON.stringify(key));
      else this.#store.set(JSON.stringify(key), [key, structuredClone(value)]);
    }
    this.#committed = this.outcomes.length;
  }

  /** What was not committed has not happened. */
  async kill() {
    this.#say("the tail is killed");
    await this.close();
    this.outcomes.length = this.#committed;
  }

  async close() {
    await this.#tail?.close();
  }
}
