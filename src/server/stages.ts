import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Stage } from "../stage.ts";
import { WindowStage } from "./window-stage.ts";

/** Makes the stages with durable state in the order of the data flow; add new stages here. */
export function stagesOf(pipeline: Pipeline, config: Config, log: Log): readonly Stage[] {
  return [new WindowStage(pipeline.tags, config.windows, log)];
}
