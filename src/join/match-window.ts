import type { JoinMatch, JoinOptions } from "./options.ts";

/** How long ids of a model are remembered (ms). */
export function stretchOf({ withinMs, earlyMs }: JoinMatch): number {
  return withinMs + earlyMs;
}

/** Tells whether a label belongs to a prediction by the times of both (Unix ms). */
export function isWithin({ withinMs, earlyMs }: JoinMatch, predictedAt: number, labelledAt: number): boolean {
  const delay = labelledAt - predictedAt;
  return delay >= -earlyMs && delay <= withinMs;
}

/** Lists how long ids are remembered (ms), model by model. */
export function stretchesOf({ models }: JoinOptions): readonly number[] {
  return [...models.values()].map(stretchOf);
}

/** Tells whether any model has a class for predictions without a label. */
export function hasAbsent({ models }: JoinOptions): boolean {
  return [...models.values()].some(({ absent }) => absent !== undefined);
}
