import type { Tag } from "./tag.ts";

/** Takes the latest outcome and prediction of a tag to be no later than `now`. */
export function limitLatest(tag: Tag, now: number): void {
  if (tag.latest <= now && tag.latestPrediction <= now) return;
  tag.changing();
  tag.latest = Math.min(tag.latest, now);
  tag.latestPrediction = Math.min(tag.latestPrediction, now);
}
