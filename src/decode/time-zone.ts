const dayMs = 86_400_000;

/** Conversion of local times. */
export interface Zone {
  /** Converts a local time, given as the Unix milliseconds that it would be in UTC. */
  toUtc(local: number): number;
}

/** A time zone: converts local times that carry no offset. */
export class TimeZone implements Zone {
  readonly #format: Intl.DateTimeFormat;
  /** Day of the last local time, and the offsets a day before its start and a day after its end (ms). */
  #day = NaN;
  #before = 0;
  #after = 0;

  /** Takes an IANA name, `UTC` or `local` (the zone of this process). Throws a `RangeError` for an unknown name. */
  constructor(name: string) {
    const timeZone = name === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  }

  /**
   * Converts a local time, given as the Unix milliseconds that it would be in UTC; NaN gives NaN. A time that occurs twice,
   * at the end of daylight saving, is the first of both; one that is skipped, at its start, is moved on by the length of
   * the gap, as in ECMAScript's Temporal ("compatible").
   */
  toUtc(local: number): number {
    const day = Math.floor(local / dayMs);
    if (day !== this.#day) {
      if (Number.isNaN(day)) return NaN;
      this.#day = day;
      // Zones change their offset at most once in three days.
      this.#before = this.#offsetAt((day - 1) * dayMs);
      this.#after = this.#offsetAt((day + 2) * dayMs);
    }
    const before = this.#before;
    if (before === this.#after || this.#offsetAt(local - before) === before) return local - before;
    return this.#offsetAt(local - this.#after) === this.#after ? local - this.#after : local - before;
  }

  /** Milliseconds east of UTC at an instant. */
  #offsetAt(utc: number): number {
    const text = this.#format.format(utc);
    const [, sign, hours, minutes, seconds = 0] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/u.exec(text) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return (sign === "-" ? -size : size) * 1000;
  }
}
