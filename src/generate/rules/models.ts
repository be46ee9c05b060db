import type { Model } from "../../config/config.ts";
import { escapeRegex, type Matcher } from "../promql/builder.ts";
import { slug } from "../files/safe-name.ts";

/** Models of the config, by name; `*` stands for every model that is not named. */
export type Models = ReadonlyMap<string, Model>;

const othersSlug = "other-models";
/** File name of the rules about the exporter itself. */
export const exporterSlug = "exporter";
/** File name of the rules about models that are absent or silent. */
export const silenceSlug = "silence";
/** File name of the user's own rules. */
export const extraSlug = "extra-rules";

/** Makes the file name of a model: no two models share one. */
export function modelSlug(model: string): string {
  return model === "*" ? othersSlug : slug(model, new Set([othersSlug, exporterSlug, silenceSlug, extraSlug]));
}

/** Lists the models that the config names, in code-unit order. */
function namedModels(models: Models): readonly Model[] {
  return [...models.values()]
    .filter(({ name }) => name !== "*")
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Lists the named models, then `*`, whether the config has it or not. */
export function allModels(models: Models): readonly Model[] {
  return [...namedModels(models), models.get("*") ?? others];
}

/** Builds the matchers of a model's series; `*` matches those of every model that is not named. */
export function modelMatchers(models: Models, model: string): readonly Matcher[] {
  if (model !== "*") return [["model", "=", model]];
  const named = namedModels(models);
  return named.length === 0 ? [] : [["model", "!~", named.map(({ name }) => escapeRegex(name)).join("|")]];
}

const others: Model = {
  name: "*",
  team: undefined,
  classes: undefined,
  spellings: new Map(),
  silentAfter: 3600,
  runbook: undefined,
  dashboard: undefined,
  objectives: [],
};
