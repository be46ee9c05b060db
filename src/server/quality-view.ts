import type { Config } from "../config/config.ts";
import type { QualityView } from "../exposition/quality-page.ts";
import type { Pipeline } from "../pipeline.ts";

/** What `/metrics` says of quality at a moment. */
export function qualityView({ windows, models, exposition }: Config, { tags }: Pipeline, now: number): QualityView {
  const named = [...models.values()].filter((model) => model.name !== "*");
  return {
    snapshots: tags.snapshot(now),
    windows,
    declared: new Map(named.map(({ name, classes = [] }) => [name, classes])),
    silentModels: tags.silentModels(now),
    confusion: exposition.confusion,
  };
}
