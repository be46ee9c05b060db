/** Tells the time in Unix milliseconds. Handed in, so that windows can be driven by a test or by the events of a log. */
export type Clock = () => number;

/** The wall clock. */
export const wallClock: Clock = () => Date.now();
