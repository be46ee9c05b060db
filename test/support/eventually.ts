import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until `condition` gives something truthy and returns it; fails with what was awaited after `deadlineMs`,
 * which is long: only what fails waits for it, however busy the machine is.
 * An exception of the condition ends the wait at once.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string,
  deadlineMs = 60_000,
): Promise<Exclude<T, false | null | undefined | "" | 0>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, false | null | undefined | "" | 0>;
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await sleep(20);
  }
}
