/**
 * Writes numbered outcomes of a model and keeps count: the number of an outcome says which cell of the confusion matrix it
 * is in, so that a line that is lost and another that counts twice do not make up for each other.
 */
export class Outcomes {
  /** How many were written. */
  written = 0;
  /** The writer's own confusion matrix: `ACTUAL PREDICTED` to how often. @type {Map<string, number>} */
  cells = new Map();
  /** @readonly */
  model;
  #classes;

  /**
   * @param {string} model
   * @param {number} [classes] cells repeat after the square of this many outcomes
   */
  constructor(model, classes = 10) {
    this.model = model;
    this.#classes = classes;
  }

  /**
   * The next outcome as a line of JSON, without its newline. Its length varies with its number.
   *
   * @param {Record<string, unknown>} [more] further fields
   */
  next(more) {
    return this.again(this.written++, more);
  }

  /**
   * The next outcome in a line of exactly so many bytes, without its newline.
   *
   * @param {number} bytes 150 at least
   */
  nextOf(bytes) {
    const bare = Buffer.byteLength(this.next({ pad: "" }));
    this.uncount(--this.written);
    return this.next({ pad: "x".repeat(bytes - bare) });
  }

  /**
   * The outcome of this number once more: the same bytes, and another count of it.
   *
   * @param {number} number
   * @param {Record<string, unknown>} [more] further fields
   */
  again(number, more = {}) {
    const [actual, predicted] = this.#cellOf(number);
    this.#add(`${actual} ${predicted}`, 1);
    const pad = "x".repeat((number * 7) % 60);
    return JSON.stringify({
      model: this.model,
      version: "1",
      number,
      label: actual,
      prediction: predicted,
      pad,
      ...more,
    });
  }

  /** The confusion matrix that must be counted in the end. */
  get expected() {
    return this.cells;
  }

  /** How many lines wait for another one. */
  get waiting() {
    return 0;
  }

  /**
   * The outcome of this number is not to be expected after all.
   *
   * @param {number} number
   */
  uncount(number) {
    this.#add(this.#cellOf(number).join(" "), -1);
  }

  /**
   * So many outcomes, each with its newline.
   *
   * @param {number} [count]
   */
  lines(count = 1) {
    return Array.from({ length: count }, () => `${this.next()}\n`).join("");
  }

  /** @param {number} number */
  #cellOf(number) {
    const label = (/** @type {number} */ at) => `c${at % this.#classes}`;
    return [label(Math.floor(number / this.#classes)), label(number)];
  }

  /** @param {string} cell @param {number} count */
  #add(cell, count) {
    const sum = (this.cells.get(cell) ?? 0) + count;
    if (sum === 0) this.cells.delete(cell);
    else this.cells.set(cell, sum);
  }
}

/**
 * Asks a daemon. An idle connection may be closed at the very moment when it is used again: then there is a second try.
 *
 * @param {string} url
 * @returns {Promise<Response>}
 */
export async function ask(url) {
  try {
    return await fetch(url);
  } catch {
    return await fetch(url);
  }
}

/**
 * What a daemon has counted, by model, in the form of `Outcomes.cells`.
 *
 * @param {string} url of the daemon
 * @returns {Promise<Map<string, Map<string, number>>>}
 */
export async function countedBy(url) {
  const response = await ask(`${url}/api/v1/models`);
  const report =
    /** @type {{ tags: { labels: { model: string }, windows: { classes: string[], confusion: number[][] }[] }[] }} */ (
      await response.json()
    );
  return new Map(
    report.tags.map(({ labels, windows: [window] }) => {
      const { classes = [], confusion = [] } = window ?? {};
      const cells = confusion.flatMap((row, actual) =>
        row.map(
          (count, predicted) => /** @type {const} */ ([`${classes[actual] ?? ""} ${classes[predicted] ?? ""}`, count]),
        ),
      );
      return [labels.model, new Map(cells.filter(([, count]) => count > 0))];
    }),
  );
}

/**
 * How two matrices differ.
 *
 * @param {ReadonlyMap<string, number>} expected
 * @param {ReadonlyMap<string, number>} counted
 */
export function difference(expected, counted) {
  let lost = 0;
  let twice = 0;
  /** @type {Set<string>} */
  const lostCells = new Set();
  /** @type {Set<string>} */
  const twiceCells = new Set();
  for (const cell of new Set([...expected.keys(), ...counted.keys()])) {
    const more = (counted.get(cell) ?? 0) - (expected.get(cell) ?? 0);
    if (more > 0) twice += more;
    else lost -= more;
    if (more < 0) lostCells.add(cell);
    if (more > 0) twiceCells.add(cell);
  }
  return { lost, twice, lostCells, twiceCells };
}
