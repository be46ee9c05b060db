import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { Pipeline } from "../pipeline.ts";
import type { LineStats } from "../decode/line-stats.ts";
import type { Stage } from "../stage.ts";
import type { JoinStats } from "../join/join-stats.ts";
import type { ClockStage } from "./clock-stage.ts";
import { JoinStage } from "./join-stage.ts";
import { MisplacedOutcomes } from "./misplaced-outcomes.ts";
import { SourceMismatchCheck } from "./source-mismatch.ts";
import { WindowStage } from "./window-stage.ts";

/** Makes the stages with durable state in the order of the data flow; add new stages here. */
export function stagesOf(
  pipeline: Pipeline,
  { config, stats, clock, log }: { config: Config; stats: JoinStats; clock: ClockStage; log: Log },
): readonly Stage[] {
  const { join, tags } = pipeline;
  const isInBacklog = (): boolean => pipeline.isInBacklog;
  return [
    // The others are restored by it.
    clock,
    new JoinStage({ join, options: config.join, stats, isInBacklog, clock: clock.clock.now, log }),
    new WindowStage(tags, config.windows, log),
  ];
}

/** A check of the sources' lines, which logs what it finds; `now` is of the monotonic clock (ms). */
export interface Check {
  check(now: number): void;
}

/** Makes the checks of a config's lines; add new ones here. */
export function checksOf(config: Config, lines: LineStats, log: Log): readonly Check[] {
  return [new SourceMismatchCheck(config, lines, log), new MisplacedOutcomes(config, lines, log)];
}
