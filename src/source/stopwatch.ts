/**
 * Adds up the processor time of work that is done in parts, between which others have their turn. Their time is not counted,
 * nor is that in which a busy machine gave the processor to another program.
 */
export class Stopwatch {
  #us = 0;

  /** What was measured so far (ms); 0 at first. */
  get ms(): number {
    return this.#us / 1000;
  }

  /** Does a part of the work and measures it; gives and throws what the part does. Parts must not hold one another. */
  measure<T>(part: () => T): T {
    const before = process.cpuUsage();
    try {
      return part();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.#us += user + system;
    }
  }
}
