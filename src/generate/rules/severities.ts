import type { Team } from "../../config/config.ts";

/** Severities that everyone knows, the gravest first. */
const standard = ["critical", "warning", "info"];

/** Lists severities, the gravest first: the standard ones, then others in the order in which they are given. */
export function bySeverity(words: Iterable<string>): readonly string[] {
  const all = [...new Set(words)];
  return [...standard.filter((word) => all.includes(word)), ...all.filter((word) => !standard.includes(word))];
}

/** Tells whether the order of a severity depends on the team that has it. */
export function isOfTeam(severity: string): boolean {
  return !standard.includes(severity);
}

/** Chooses the severity of an alert that no objective sets: `warning`, or the team's gravest where it routes no warnings. */
export function generalSeverity(team: Team | undefined): string | undefined {
  const routed = [...(team?.severities ?? [])]
    .filter(([, { receivers }]) => receivers.length > 0)
    .map(([word]) => word);
  return routed.includes("warning") ? "warning" : bySeverity(routed)[0];
}
