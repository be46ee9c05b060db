import type { Objective } from "../config/config.ts";

/** Names an objective: by its own name, or by what it bounds, which is the same when the bound is moved. */
export function objectiveName({ name, metric, class: className, average, bound }: Objective): string {
  if (name !== undefined) return name;
  const of = className === undefined ? average : `of ${className}`;
  return [metric, ...(of === undefined ? [] : [of]), bound.kind, ...comparedTo(bound)].join(" ");
}

function comparedTo(bound: Objective["bound"]): readonly string[] {
  if (!("comparedTo" in bound)) return [];
  const { comparedTo: to } = bound;
  if (to.kind === "version") return ["from version", to.version];
  return ["from", to.kind === "ago" ? `${to.ago.word} ago` : String(to.value)];
}
