import { Outcomes } from "./outcomes.js";

/** Predictions without labels, or labels without predictions: the other half of each is in another log. */
export class Halves extends Outcomes {
  #field;
  /** @type {Halves | undefined} */
  #other;
  #classes;
  /** What both logs have, and for how many numbers that was worked out. @type {Map<string, number>} */
  #both = new Map();
  #known = 0;

  /**
   * @param {string} model
   * @param {"prediction" | "label"} field what the lines have
   * @param {number} classes
   */
  constructor(model, field, classes) {
    super(model, classes);
    this.#field = field;
    this.#classes = classes;
  }

  /**
   * A log of predictions and one of labels.
   *
   * @param {string} model
   * @param {number} classes
   */
  static pair(model, classes) {
    const [predictions, labels] = [new Halves(model, "prediction", classes), new Halves(model, "label", classes)];
    predictions.#other = labels;
    labels.#other = predictions;
    return { predictions, labels };
  }

  /** @override @param {number} number @param {Record<string, unknown>} [more] */
  again(number, more = {}) {
    /** @type {Record<string, unknown>} */
    const { label, prediction, ...rest } = JSON.parse(super.again(number, more));
    const half = this.#field === "label" ? { label } : { prediction };
    return JSON.stringify({ ...rest, id: `${this.model} ${number}`, ...half });
  }

  /** @override */
  get waiting() {
    return Math.max(0, this.written - (this.#other?.written ?? 0));
  }

  /** @override */
  get expected() {
    const both = Math.min(this.written, this.#other?.written ?? 0);
    for (; this.#known < both; this.#known++) {
      const actual = Math.floor(this.#known / this.#classes) % this.#classes;
      const cell = `c${actual} c${this.#known % this.#classes}`;
      this.#both.set(cell, (this.#both.get(cell) ?? 0) + 1);
    }
    return this.#both;
  }
}
