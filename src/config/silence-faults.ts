import { defaultSilentAfter, durationMs } from "./duration.ts";
import type { Fault } from "./fault.ts";
import { pathText } from "./fault.ts";
import { quoted } from "./messages.ts";
import { at, entries, list } from "./unchecked.ts";
import { windowTimes } from "./windows.ts";

/** Time for which the silence of a tag stays visible (ms). */
const visibleMs = 3_600_000;

/** Least idle time of a tag (ms) for a silence (s) to be noticed before the tag is forgotten. */
export function leastTagIdleMs(silentAfter: number): number {
  return silentAfter * 1000 + visibleMs;
}

/** Finds a `limits.tagIdle` that forgets a tag before the alert of its silence; the longest window counts as well. */
export function* tagIdleFaults(raw: unknown): Generator<Fault> {
  const tagIdle = at(raw, "limits", "tagIdle");
  const given = typeof tagIdle === "string" ? durationMs(tagIdle) : undefined;
  if (given === undefined) return;
  const windows = list(at(raw, "windows")).flatMap((window) => windowTimes(window) ?? []);
  const reaches = windows.map(({ ms, olderMs }) => ms + olderMs);
  const kept = Math.max(given, ...reaches, at(raw, "windows") === undefined ? 86_400_000 : 0);
  for (const { name, word } of silences(raw)) {
    const silent = durationMs(word);
    if (silent === undefined || kept >= leastTagIdleMs(silent / 1000)) continue;
    const text = `forgets a tag before the alert of its silence can fire; expected at least an hour more than ${name} (${quoted(word)}), got ${quoted(String(tagIdle))}`;
    yield { path: ["limits", "tagIdle"], text };
    return;
  }
}

/** The silence of each model, the longest first. */
function silences(raw: unknown): { readonly name: string; readonly word: string }[] {
  const models = entries(at(raw, "models"));
  const given = models.map(([model, keys]) => ({ model, silentAfter: at(keys, "silentAfter") ?? defaultSilentAfter }));
  if (!models.some(([model]) => model === "*")) given.push({ model: "*", silentAfter: defaultSilentAfter });
  return given
    .flatMap(({ model, silentAfter }) =>
      typeof silentAfter === "string" ? [{ name: pathText(["models", model, "silentAfter"]), word: silentAfter }] : [],
    )
    .sort((a, b) => (durationMs(b.word) ?? 0) - (durationMs(a.word) ?? 0));
}
