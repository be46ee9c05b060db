// Lets a server do its next step between any two calls that the tail makes of the file system. Everything is drawn from a
// seed, and time is made up, so that a race that was met once is met again. `--seeds FROM-TO`, `--verbose`.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import timers, { setImmediate as nextTurn } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { Random } from "./random.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-200" },
    verbose: { type: "boolean", default: false },
    dir: { type: "string", default: tmpdir() },
    way: { type: "string", default: "" },
    calm: { type: "boolean", default: false },
    stop: { type: "boolean", default: false },
  },
});

const real = { ...fs };
const tickMs = 4;
let nowMs = Date.UTC(2026, 0, 1);
const startMs = nowMs;
let isWriting = false;
let onCall = (/** @type {string} */ _name, /** @type {unknown[]} */ _args) => {};

Date.now = () => Math.floor(nowMs);
performance.now = () => nowMs - startMs + 100_000;
for (const name of ["statSync", "fstatSync", "openSync", "readSync", "readdirSync", "realpathSync"]) {
  const call = real[name];
  const wrapped = (...args) => {
    if (isWriting) return call(...args);
    nowMs += 0.05;
    onCall(name, args);
    return call(...args);
  };
  Object.assign(wrapped, call);
  fs[name] = wrapped;
}
timers.setTimeout = async (ms, value) => {
  if (ms > 1000) await new Promise(() => undefined);
  nowMs += ms;
  await nextTurn();
  return value;
};
syncBuiltinESMExports();
const { Tail } = await import("../../dist/source/tail.js");
const { pino } = await import("pino");

function trace(...what) {
  if (values.verbose) console.log((nowMs - startMs).toFixed(2).padStart(10), ...what);
}

function stamp(path) {
  const at = Math.floor(nowMs / tickMs) * tickMs / 1000;
  real.utimesSync(path, at, at);
}

class Server {
  constructor(dir, random, ways, header) {
    this.dir = dir;
    this.path = join(dir, "app.log");
    this.random = random;
    this.ways = ways;
    this.header = header;
    this.written = 0;
    this.fd = -1;
    this.torn = "";
    this.rotations = 0;
    this.current = undefined;
    this.reopen();
  }

  /** A change of names. */
  names(what, change) {
    trace("  server", what);
    change();
    stamp(this.dir);
  }

  line() {
    const number = this.written++;
    return `${number} ${"x".repeat((number * 37) % 180)}\n`;
  }
  lines(count) {
    return Array.from({ length: count }, () => this.line()).join("");
  }
  write(fd, text) {
    if (text === "") return;
    real.writeSync(fd, text);
    const at = Math.floor(nowMs / tickMs) * tickMs / 1000;
    real.futimesSync(fd, at, at);
  }
  append(count) {
    const first = this.written;
    const text = this.torn + this.lines(count);
    this.torn = "";
    trace("  server append", first, "to", this.written - 1, "inode", real.fstatSync(this.fd).ino);
    this.write(this.fd, text);
  }
  appendTorn(count) {
    const text = this.torn + this.lines(count);
    const start = text.lastIndexOf("\n", text.length - 2) + 1;
    const cut = start + Math.max(1, Math.floor((text.length - start) * this.random.next()));
    trace("  server append torn to", this.written - 1);
    this.write(this.fd, text.slice(0, cut));
    this.torn = text.slice(cut);
  }
  reopen() {
    const old = this.fd;
    const isNew = !real.existsSync(this.path);
    this.fd = real.openSync(this.path, "a");
    trace("  server open app.log inode", real.fstatSync(this.fd).ino);
    if (isNew) {
      stamp(this.path);
      stamp(this.dir);
      if (this.header) this.write(this.fd, "# header of all files\n");
    }
    return old;
  }
  *finish(fd, count) {
    if (fd < 0) return;
    if (count > 0) {
      trace("  server append to old", this.written, "+", count);
      this.write(fd, this.lines(count));
      yield;
    }
    real.closeSync(fd);
  }
  *shift() {
    const numbered = real
      .readdirSync(this.dir)
      .map((name) => /^app\.log\.(\d+)((?:\.gz)?)$/u.exec(name))
      .filter((match) => match !== null)
      .map(([name, number, ending]) => ({ name, number: Number(number), ending: ending ?? "" }))
      .sort((a, b) => b.number - a.number);
    for (const { name, number, ending } of numbered) {
      const to = `app.log.${number + 1}${ending}`;
      this.names(`rename ${name} ${to}`, () => real.renameSync(join(this.dir, name), join(this.dir, to)));
      yield;
    }
  }
  *rename(to) {
    this.names(`rename app.log ${to} inode ${real.statSync(this.path).ino}`, () => real.renameSync(this.path, join(this.dir, to)));
    yield;
  }
  date() {
    return new Date(Date.UTC(2026, 0, 1) + this.rotations * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  }
  *copy(to) {
    const bytes = real.readFileSync(this.path);
    const path = join(this.dir, to);
    let fd;
    this.names(`create copy ${to}`, () => (fd = real.openSync(path, "w")));
    stamp(path);
    trace("    inode", real.fstatSync(fd).ino);
    yield;
    const half = this.random.chance(0.3) ? Math.floor(bytes.length * this.random.next()) : 0;
    if (half > 0) {
      trace("  server copies", half, "of", bytes.length);
      this.write(fd, bytes.subarray(0, half));
      yield;
    }
    trace("  server copies all", bytes.length);
    this.write(fd, bytes.subarray(half));
    real.closeSync(fd);
    yield;
  }
  *compress(name) {
    const path = join(this.dir, name);
    if (!real.existsSync(path) || real.existsSync(`${path}.gz`)) return;
    const bytes = gzipSync(real.readFileSync(path));
    let fd;
    this.names(`create ${name}.gz`, () => (fd = real.openSync(`${path}.gz`, "w")));
    stamp(`${path}.gz`);
    trace("    inode", real.fstatSync(fd).ino);
    yield;
    const half = Math.floor(bytes.length / 2);
    this.write(fd, bytes.subarray(0, half));
    yield;
    this.write(fd, bytes.subarray(half));
    real.closeSync(fd);
    yield;
    const { mtimeMs } = real.statSync(path);
    real.utimesSync(`${path}.gz`, mtimeMs / 1000, mtimeMs / 1000);
    yield;
    this.names(`remove ${name}`, () => real.rmSync(path));
    yield;
  }
  /** Does its next step. */
  step() {
    isWriting = true;
    this.doStep();
    isWriting = false;
  }
  doStep() {
    nowMs += this.random.chance(0.5) ? 0.1 : this.random.chance(0.9) ? this.random.next() * 12 : this.random.next() * 300;
    if (this.current !== undefined) {
      if (this.current.next().done) this.current = undefined;
      else return;
    }
    if (this.random.chance(0.25)) {
      this.append(0);
      this.rotations++;
      const way = this.random.one(this.ways);
      trace("  server begins", way);
      this.current = ways[way](this, this.random);
      this.current.next();
    } else if (this.random.chance(0.2)) this.appendTorn(this.random.whole(1, 3));
    else this.append(this.random.whole(1, this.random.chance(0.1) ? 40 : 8));
  }
  end() {
    while (this.current !== undefined) this.step();
    isWriting = true;
    if (this.torn !== "") this.append(0);
    isWriting = false;
  }
}

const ways = {
  *rename(log) {
    yield* log.shift();
    yield* log.rename("app.log.1");
    yield* log.finish(log.reopen(), 0);
  },
  *renameDated(log) {
    yield* log.rename(`app.log-${log.date()}`);
    yield* log.finish(log.reopen(), 0);
  },
  *renameLate(log, random) {
    yield* log.shift();
    yield* log.rename("app.log.1");
    log.append(random.whole(1, 3));
    yield;
    const old = log.reopen();
    yield;
    log.append(random.whole(1, 3));
    yield;
    yield* log.finish(old, random.whole(0, 3));
  },
  *renameCompress(log) {
    yield* log.shift();
    yield* log.rename("app.log.1");
    yield* log.finish(log.reopen(), 0);
    yield* log.compress("app.log.1");
  },
  *renameCompressLater(log) {
    yield* log.shift();
    yield* log.compress("app.log.2");
    yield* log.rename("app.log.1");
    yield* log.finish(log.reopen(), 0);
  },
  *copytruncate(log) {
    yield* log.shift();
    yield* log.copy("app.log.1");
    log.names("truncate", () => real.ftruncateSync(log.fd));
    stamp(log.path);
    yield;
  },
  *copytruncateDated(log) {
    yield* log.copy(`app.log-${log.date()}`);
    log.names("truncate", () => real.ftruncateSync(log.fd));
    stamp(log.path);
    yield;
  },
  *copytruncateCompress(log) {
    yield* log.shift();
    yield* log.copy("app.log.1");
    log.names("truncate", () => real.ftruncateSync(log.fd));
    stamp(log.path);
    yield;
    yield* log.compress("app.log.1");
  },
  *copyRemove(log) {
    yield* log.shift();
    yield* log.copy("app.log.1");
    log.names("remove app.log", () => real.rmSync(log.path));
    yield;
    yield* log.finish(log.reopen(), 0);
  },
};

class Bed {
  constructor(dir, glob, random) {
    this.dir = dir;
    this.glob = glob;
    this.random = random;
    this.lines = [];
    this.committed = 0;
    this.store = new Map();
  }
  async start() {
    trace("tail starts");
    this.tail = new Tail({
      open: () => ({
        read: (buffer, start, end) => {
          const text = buffer.toString("utf8", start, end).replace(/\n$/u, "");
          const numbers = text.split("\n").filter((line) => !line.startsWith("#")).map((line) => Number(line.split(" ")[0]));
          trace("read", numbers[0], "to", numbers.at(-1));
          this.lines.push(...numbers);
        },
        skipped: () => {
          throw new Error("skipped");
        },
        save: () => undefined,
      }),
      saved: [...this.store.values()],
      clock: () => nowMs,
      log: pino({ level: "debug" }, { write: (line) => trace("log", JSON.parse(line).msg, JSON.parse(line).file ?? "", JSON.parse(line).copy ?? "") }),
      pollMs: 36e5,
      discoverMs: 36e5,
      watch: false,
      sources: [{ name: "s", files: [join(this.dir, this.glob)], exclude: [], startAt: "beginning", maxLineBytes: 1024 }],
    });
    await this.tail.start();
  }
  commit() {
    trace("commit");
    for (const { key, value } of this.tail.changes()) {
      if (value === undefined) this.store.delete(JSON.stringify(key));
      else this.store.set(JSON.stringify(key), [key, structuredClone(value)]);
    }
    this.committed = this.lines.length;
  }
  async kill() {
    trace("kill");
    await this.tail.close();
    this.lines.length = this.committed;
  }
}

async function scenario(seed) {
  const random = new Random(seed);
  const dir = real.mkdtempSync(join(values.dir, "race-"));
  nowMs = startMs;
  const all = Object.keys(ways).filter((way) => way.includes(values.way));
  const chosen = random.chance(0.5) ? [random.one(all)] : all;
  const glob = random.chance(0.5) ? "app.log" : "app.log*";
  const header = random.chance(0.2);
  const rate = values.calm ? 0 : random.one([0, 0.02, 0.1, 0.4]);
  trace("ways", chosen, "glob", glob, "rate", rate, "header", header);
  const server = new Server(dir, random, chosen, header);
  const bed = new Bed(dir, glob, random);
  server.append(3);
  let budget = 0;
  onCall = (name, args) => {
    if (values.verbose && args[0] !== "/proc/self/limits") trace("    .", name, String(args[0]).replace(dir, ""));
    if (budget <= 0 || !random.chance(rate)) return;
    budget--;
    server.step();
  };
  await bed.start();
  // Following begins with the first commit: what was rotated away before is not wanted.
  await bed.tail.drain(5000);
  bed.commit();
  const rounds = random.whole(3, 25);
  for (let round = 0; round < rounds; round++) {
    budget = 0;
    if (random.chance(0.6)) for (let steps = random.whole(0, random.chance(0.1) ? 40 : 6); steps > 0; steps--) server.step();
    nowMs += random.chance(0.5) ? 20 : random.next() * 250;
    budget = random.whole(0, 30);
    if (random.chance(0.1)) {
      if (random.chance(0.5)) bed.commit();
      await bed.kill();
      for (let steps = random.whole(0, 12); steps > 0; steps--) server.step();
      await bed.start();
    } else {
      trace("look");
      await bed.tail.drain(5000);
    }
    budget = 0;
    if (random.chance(0.5)) bed.commit();
  }
  server.end();
  for (let looks = 0; looks < 8; looks++) {
    nowMs += 300;
    await bed.tail.drain(5000);
  }
  nowMs += 7000;
  await bed.tail.drain(5000);
  await bed.tail.drain(5000);
  await bed.tail.close();
  onCall = () => {};
  const seen = new Map();
  for (const number of bed.lines) seen.set(number, (seen.get(number) ?? 0) + 1);
  const lost = [];
  const twice = [];
  for (let number = 0; number < server.written; number++) {
    const count = seen.get(number) ?? 0;
    if (count === 0) lost.push(number);
    if (count > 1) twice.push(number);
  }
  const strange = [...seen.keys()].filter((number) => !(number < server.written));
  real.rmSync(dir, { recursive: true });
  return { lost, twice, strange, ways: chosen.length > 1 ? "mixed" : chosen[0], glob, rate, header, rotations: server.rotations, written: server.written };
}

const [from, to] = values.seeds.split("-").map(Number);
let failures = 0;
const byWay = new Map();
for (let seed = from; seed <= (to ?? from); seed++) {
  const result = await scenario(seed);
  if (result.lost.length + result.twice.length + result.strange.length === 0) continue;
  failures++;
  const key = `${result.ways} ${result.glob} rate ${result.rate} header ${result.header}`;
  byWay.set(key, [...(byWay.get(key) ?? []), `${seed}:-${result.lost.length}+${result.twice.length}`]);
  if (values.verbose) console.log("FAILED", seed, JSON.stringify(result));
  if (values.stop) break;
}
for (const [key, seeds] of [...byWay].sort()) console.log(key.padEnd(50), seeds.length, seeds.slice(0, 8).join(" "));
console.log(`${failures} of ${(to ?? from) - from + 1} failed`);
process.exit(failures > 0 ? 1 : 0);
