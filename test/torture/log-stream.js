import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { Outcomes } from "./outcomes.js";

/** A log that a server writes: its path, the descriptor that the server has open, and the count of what it wrote. */
export class LogStream {
  /** @readonly */
  outcomes;
  /** @readonly */
  dir;
  /** The path that the server writes to. @readonly */
  path;
  /** Grows with each rotation. */
  rotations = 0;
  #fd = -1;
  #firstLine;
  /** The rest of a line of which only the beginning was written. */
  #torn = "";

  /**
   * @param {string} dir is made
   * @param {string} model
   * @param {string} [firstLine] what each file begins with, as CSV has it
   * @param {Outcomes} [outcomes] what it writes
   */
  constructor(dir, model, firstLine = "", outcomes = new Outcomes(model, 200)) {
    this.dir = dir;
    this.path = join(dir, "app.log");
    this.outcomes = outcomes;
    this.#firstLine = firstLine;
    mkdirSync(dir, { recursive: true });
  }

  /** Opens the path, as a server does that was told to reopen its log. The one that was open is returned, still open. */
  reopen() {
    const old = this.#fd;
    const isNew = !existsSync(this.path);
    this.#fd = openSync(this.path, "a");
    if (isNew && this.#firstLine !== "") writeSync(this.#fd, `${this.#firstLine}\n`);
    return old;
  }

  /** @param {number} count */
  append(count) {
    this.#write(this.outcomes.lines(count));
  }

  /**
   * Writes `count` lines so that the last one is torn; the next write brings the rest.
   *
   * @param {number} count
   * @param {number} share how much of the last line is written, in (0, 1)
   */
  appendTorn(count, share) {
    const text = this.outcomes.lines(count);
    const start = text.lastIndexOf("\n", text.length - 2) + 1;
    const cut = start + Math.max(1, Math.floor((text.length - start) * share));
    this.#write(text.slice(0, cut));
    this.#torn = text.slice(cut);
  }

  /** Brings the rest of a torn line: a server does not rotate in the middle of one. */
  mend() {
    this.#write("");
  }

  /**
   * Writes to a descriptor that `reopen` gave back, and closes it.
   *
   * @param {number} fd
   * @param {number} count
   */
  finish(fd, count) {
    if (fd < 0) return;
    if (count > 0) writeSync(fd, this.outcomes.lines(count));
    closeSync(fd);
  }

  /** Moves `app.log.1` to `app.log.2` and so on, as logrotate does, one by one. @returns {Generator<void, void>} */
  *shift() {
    const numbered = readdirSync(this.dir)
      .map((name) => /^app\.log\.(\d+)((?:\.gz)?)$/u.exec(name))
      .filter((match) => match !== null)
      .map(([name, number, ending]) => ({ name, number: Number(number), ending: ending ?? "" }))
      .sort((a, b) => b.number - a.number);
    for (const { name, number, ending } of numbered) {
      renameSync(join(this.dir, name), join(this.dir, `app.log.${number + 1}${ending}`));
      yield;
    }
  }

  /** Removes everything that was rotated away; for when all of it is counted and committed. */
  clear() {
    for (const name of readdirSync(this.dir)) {
      if (name !== basename(this.path) && !this.#isTarget(name)) rmSync(join(this.dir, name));
    }
  }

  /** The target of a link that the server writes through. @type {string | undefined} */
  target;

  close() {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  /** @param {string} name */
  #isTarget(name) {
    return this.target !== undefined && basename(this.target) === name;
  }

  /** @param {string} text */
  #write(text) {
    if (this.#fd < 0) this.reopen();
    const whole = this.#torn + text;
    this.#torn = "";
    if (whole !== "") writeSync(this.#fd, whole);
  }
}
