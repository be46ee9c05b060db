import type { Config } from "../config/config.ts";
import type { QualityView } from "../exposition/quality-page.ts";
import type { Pipeline } from "../pipeline.ts";

/** What `/metrics` says of quality as of a moment, until it is closed. */
export interface QualityReading {
  readonly view: QualityView;
  readonly close: () => void;
}

/** Begins to read what `/metrics` says of quality at a moment. */
export function readQuality(
  { windows, models, exposition, limits }: Config,
  { tags }: Pipeline,
  now: number,
): QualityReading {
  const named = [...models.values()].filter((model) => model.name !== "*");
  const { snapshots, close } = tags.read(now);
  const view = {
    snapshots,
    windows,
    declared: new Map(named.map(({ name, classes = [] }) => [name, classes])),
    silentModels: tags.silentModels(now),
    confusion: exposition.confusion,
    maxSeries: limits.maxSeries,
    hasObjectives: (name: string) => ((models.get(name) ?? models.get("*"))?.objectives.length ?? 0) > 0,
  };
  return { view, close };
}
