import type { Config } from "../config/config.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Stage } from "../stage.ts";
import type { OpenedInput } from "./inputs.ts";
import type { Check } from "./stages.ts";

/** Stages of the current config; a reload replaces them all and restores offsets and windows from the store. */
export interface Running {
  readonly config: Config;
  readonly pipeline: Pipeline;
  readonly inputs: readonly OpenedInput[];
  readonly stages: readonly Stage[];
  readonly checks: readonly Check[];
}
