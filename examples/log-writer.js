import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** How far back a new log is filled, in milliseconds: so much of the windows is full at once. */
const historyMs = 60 * 60_000;

/** A log that has grown past this is renamed to `FILE.1`, over the one before it, and begun anew. */
const maxBytes = 16 * 1024 * 1024;

/** Keeps a log file growing with the present time. */
export class LogWriter {
  #log;
  #file;
  #until;

  /**
   * @param {import("./drifting-log.js").DriftingLog} log
   * @param {string} file carried on where it ends, but from no more than an hour ago; it and its folder are made
   * @param {number} now Unix milliseconds
   */
  constructor(log, file, now) {
    this.#log = log;
    this.#file = file;
    this.#until = Math.max(lastTime(file), now - historyMs);
    mkdirSync(dirname(file), { recursive: true });
    this.write(now);
  }

  /** Writes what has happened since the last time. @param {number} now Unix milliseconds */
  write(now) {
    if (existsSync(this.#file) && statSync(this.#file).size > maxBytes) renameSync(this.#file, `${this.#file}.1`);
    appendFileSync(this.#file, this.#log.lines(this.#until, now));
    this.#until = Math.max(this.#until, now);
  }
}

/**
 * The time of a log's last line in Unix milliseconds; 0 where there is none. A last line that was cut off is ended first.
 *
 * @param {string} file
 */
function lastTime(file) {
  if (!existsSync(file)) return 0;
  const lines = readFileSync(file, "utf8").split("\n");
  if (lines.pop() !== "") appendFileSync(file, "\n");
  const times = lines.slice(-1).map((line) => Date.parse(/"ts":"([^"]*)"/u.exec(line)?.[1] ?? ""));
  return times.find(Number.isFinite) ?? 0;
}
