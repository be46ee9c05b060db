/** Returns the time in Unix milliseconds; injected, so that tests can control it. */
export type Clock = () => number;

/** The wall clock. */
export const wallClock: Clock = () => Date.now();

/** The monotonic clock: milliseconds since the process started. */
export const monotonicClock: Clock = () => performance.now();
