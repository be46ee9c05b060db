/** Whether this is `npm run test:long`, which repeats more of what `npm test` shows once. */
export const isLong = process.env["TEST_LONG"] === "1";

/** How often something is repeated by `npm test`, and by `npm run test:long`. */
export function repetitions(short: number, long: number): number {
  return isLong ? long : short;
}
