import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Stage } from "../stage.ts";
import { wallClock } from "../clock.ts";
import type { JoinStats } from "../join/join-stats.ts";
import { JoinStage } from "./join-stage.ts";
import { WindowStage } from "./window-stage.ts";

/** Makes the stages with durable state in the order of the data flow; add new stages here. */
export function stagesOf(pipeline: Pipeline, config: Config, stats: JoinStats, log: Log): readonly Stage[] {
  const { join, tags } = pipeline;
  const isInBacklog = (): boolean => pipeline.isInBacklog;
  return [
    new JoinStage({ join, options: config.join, stats, isInBacklog, clock: wallClock, log }),
    new WindowStage(tags, config.windows, log),
  ];
}
