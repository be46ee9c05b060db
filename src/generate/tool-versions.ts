/** Whether a program is as new as `needed`; both are [major, minor]. */
export function atLeast(version: readonly [number, number], needed: readonly [number, number]): boolean {
  return version[0] > needed[0] || (version[0] === needed[0] && version[1] >= needed[1]);
}
