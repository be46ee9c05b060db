import { readFileSync } from "node:fs";

/** How long quality takes to fall and to come back, in milliseconds. */
export const cycleMs = 10 * 60_000;

/** The part of each cycle in which a fault holds: five good minutes, three bad ones, two good ones. */
const faultyPart = { from: 0.5, to: 0.8 };

/**
 * The log of a real classifier, told again without end at the present time. What is logged at a moment follows from the
 * moment alone, so that a log can be carried on from wherever it broke off.
 */
export class DriftingLog {
  /** @type {readonly Record<string, unknown>[]} */
  #rows;
  #stepMs;
  #fault;

  /**
   * @param {string} file a log with one JSON object per line
   * @param {number} linesPerSecond how fast it is told
   * @param {{ label: string, prediction: string, share: number }} [fault] while the fault holds, this share of the rows
   *   with this label gets this prediction
   */
  constructor(file, linesPerSecond, fault) {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    this.#rows = lines.map((line) => /** @type {Record<string, unknown>} */ (JSON.parse(line)));
    this.#stepMs = 1000 / linesPerSecond;
    this.#fault = fault;
  }

  /**
   * The lines, each ended by a newline, of the moments after `from` up to and with `to`, both Unix milliseconds.
   *
   * @param {number} from
   * @param {number} to
   */
  lines(from, to) {
    let text = "";
    for (let slot = Math.floor(from / this.#stepMs) + 1; slot * this.#stepMs <= to; slot++) {
      text += `${JSON.stringify(this.#row(slot))}\n`;
    }
    return text;
  }

  /** @param {number} slot how many steps have gone by since 1970 */
  #row(slot) {
    const time = slot * this.#stepMs;
    const row = this.#rows[slot % this.#rows.length];
    const told = { ...row, ts: new Date(time).toISOString(), request_id: `${String(row?.["model"])}-${slot}` };
    return this.#fails(time, slot, row?.["label"]) ? { ...told, prediction: this.#fault?.prediction } : told;
  }

  /**
   * @param {number} time
   * @param {number} slot
   * @param {unknown} label
   */
  #fails(time, slot, label) {
    const part = (time % cycleMs) / cycleMs;
    if (this.#fault === undefined || label !== this.#fault.label) return false;
    if (part < faultyPart.from || part >= faultyPart.to) return false;
    // The golden ratio spreads the slots evenly over [0, 1), as chance would, but alike in every run.
    return (slot * 0.618033988749895) % 1 < this.#fault.share;
  }
}
