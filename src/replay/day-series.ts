/** A series of one day, held as the instants at which its value changed. */
export class Series {
  readonly family: Family;
  /** What stands before the value: name, labels and a space. */
  readonly start: string;
  /** Labels, with those that are given besides. */
  readonly labels: ReadonlyMap<string, string>;
  /** Value as of the latest instant; NaN while the series is absent. */
  value = Number.NaN;
  /** Places of the instants at which it changed, and its values from there on. */
  readonly places: number[] = [];
  readonly values: number[] = [];
  /** What of the day was written down before its end: places and lengths in the file of parts. */
  readonly parts: (readonly [offset: number, bytes: number])[] = [];

  constructor(family: Family, start: string, labels: ReadonlyMap<string, string>) {
    this.family = family;
    this.start = start;
    this.labels = labels;
  }
}

/** Series of one name. */
export interface Family {
  /** Name of its samples. */
  readonly name: string;
  /** Its HELP and TYPE lines. */
  readonly head: string;
  /** False where its values are needed, and not wanted in the output. */
  readonly isWritten: boolean;
  /** By what stands before their values. */
  readonly series: Map<string, Series>;
}

/**
 * The series of a day. A value that stays costs nothing, however many instants there are: it is written out when the day is.
 */
export class DaySeries {
  readonly families = new Map<string, Family>();
  /** Values that changed since the last part was written: what takes memory. */
  changes = 0;
  /** Samples since the start. */
  samples = 0;
  /** The instants of the current part as they stand on lines. */
  #instants: string[] = [];
  #present = 0;

  /** Series that have a value as of the latest instant. */
  get present(): number {
    return this.#present;
  }

  /** Begins an instant: until something is set, all values are as before. */
  begin(instant: string): void {
    this.#instants.push(instant);
  }

  /** Adds a family. */
  add(family: Family): Family {
    this.families.set(family.name, family);
    return family;
  }

  /** Sets a value as of the latest instant; NaN says that the series is absent. */
  set(series: Series, value: number): void {
    if (Object.is(value, series.value)) return;
    const change = Number(!Number.isNaN(value)) - Number(!Number.isNaN(series.value));
    if (series.family.isWritten) this.#present += change;
    // It may have been forgotten while it was absent.
    if (change > 0) series.family.series.set(series.start, series);
    series.value = value;
    this.#note(series);
  }

  /** Writes the current part of a series as lines. */
  write(series: Series, write: (text: string) => void): void {
    const { start, places, values } = series;
    for (let change = 0; change < places.length; change++) {
      const value = values[change] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const line = `${start}${value} `;
      const end = places[change + 1] ?? this.#instants.length;
      for (let at = places[change] ?? 0; at < end; at++) {
        write(`${line}${this.#instants[at] ?? ""}\n`);
        this.samples++;
      }
    }
  }

  /** Begins the next part: all values go on. */
  nextPart(): void {
    this.#instants = [];
    this.changes = 0;
    for (const { series: all } of this.families.values()) {
      for (const series of all.values()) {
        series.places.length = 0;
        series.values.length = 0;
        if (!Number.isNaN(series.value)) this.#note(series);
      }
    }
  }

  /** Begins the next day: series that are absent are forgotten. */
  nextDay(): void {
    this.nextPart();
    for (const { series: all } of this.families.values()) {
      for (const series of all.values()) {
        series.parts.length = 0;
        if (Number.isNaN(series.value)) all.delete(series.start);
      }
    }
  }

  #note(series: Series): void {
    if (!series.family.isWritten) return;
    series.places.push(Math.max(0, this.#instants.length - 1));
    series.values.push(series.value);
    this.changes++;
  }
}
