/** Kinds of generated files, by which `--only` chooses. */
export const outputKinds = [
  "prometheus",
  "rules",
  "runbooks",
  "alertmanager",
  "routes",
  "kubernetes",
  "grafana",
] as const;

/** One of `outputKinds`. */
export type OutputKind = (typeof outputKinds)[number];
