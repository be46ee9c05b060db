/** Version of a program: its major and minor number. */
export type ToolVersion = readonly [major: number, minor: number];

/** Versions that brought the features that generated files use, by the feature's key in those files. */
export const since = {
  prometheus: { limit: [2, 31], keep_firing_for: [2, 42], query_offset: [2, 53], labels: [3, 0] },
  alertmanager: { matchers: [0, 22], time_intervals: [0, 24], active_time_intervals: [0, 24], location: [0, 25] },
  kubernetes: { nativeSidecars: [1, 29] },
} as const;

const versionKeys = { Prometheus: "prometheus.version", Alertmanager: "alerting.version" } as const;

/** Tells whether a program is as new as `needed` or newer. */
export function atLeast(version: ToolVersion, needed: ToolVersion): boolean {
  return version[0] > needed[0] || (version[0] === needed[0] && version[1] >= needed[1]);
}

/** Words the fault of a feature that is newer than its program: `needs Prometheus 2.53, but ... is 2.42`. */
export function tooOld(program: keyof typeof versionKeys, version: ToolVersion, needed: ToolVersion): string {
  return `needs ${program} ${needed.join(".")}, but ${versionKeys[program]} is ${version.join(".")}`;
}
