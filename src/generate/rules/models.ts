import type { Config, Model } from "../../config/config.ts";
import { escapeRegex, type Matcher } from "../promql/builder.ts";
import { slug } from "../files/safe-name.ts";

// The file name of the rules about models that are not named.
const othersSlug = "other-models";
/** The file name of the rules on the exporter itself. */
export const exporterSlug = "exporter";
/** The file name of the user's own rules. */
export const extraSlug = "extra-rules";

/** The file name of a model, unlike that of any other; `*` is all that the config does not name. */
export function modelSlug(model: string): string {
  return model === "*" ? othersSlug : slug(model, new Set([othersSlug, exporterSlug, extraSlug]));
}

/** The models that the config names, in code-unit order. */
export function namedModels(config: Config): readonly Model[] {
  return [...config.models.values()]
    .filter(({ name }) => name !== "*")
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The named models, then `*`, which stands for all others whether the config owes them something or not. */
export function allModels(config: Config): readonly Model[] {
  return [...namedModels(config), config.models.get("*") ?? others];
}

/** What picks the series of a model; `*` picks those of every model that is not named. */
export function modelMatchers(config: Config, model: string): readonly Matcher[] {
  if (model !== "*") return [["model", "=", model]];
  const named = namedModels(config);
  return named.length === 0 ? [] : [["model", "!~", named.map(({ name }) => escapeRegex(name)).join("|")]];
}

const others: Model = {
  name: "*",
  team: undefined,
  classes: undefined,
  spellings: new Map(),
  runbook: undefined,
  dashboard: undefined,
  objectives: [],
};
