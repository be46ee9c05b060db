import { totalmem } from "node:os";
import type { Config } from "../config/config.ts";

/** Bytes of a tag without outcomes; of a cell of its matrix in all windows, in a window, and in a pane. */
const bytes = { ofTag: 20_000, ofCell: 100, ofWindow: 8, ofPane: 4, ofId: 18 } as const;

/** The memory that a control group leaves to this process, in bytes; undefined without such a limit. */
export function memoryLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : undefined;
}

/** Estimates the memory of a tag whose classes are all confused with each other in every pane. */
export function tagBytes({ windows, limits }: Pick<Config, "windows" | "limits">, classes: number): number {
  const perCell = windows.reduce<number>((sum, window) => {
    if (window.kind === "last") return sum + bytes.ofWindow;
    const waiting = Math.ceil(((limits.futureToleranceMs + (window.olderMs ?? 0)) * window.panes) / window.ms);
    return sum + bytes.ofWindow + bytes.ofPane * (window.panes + waiting + 2);
  }, bytes.ofCell);
  return bytes.ofTag + classes ** 2 * perCell;
}

/** Tells what the limits of a config could cost where memory is limited; undefined where all of it fits. */
export function memoryNote(
  config: Pick<Config, "windows" | "limits" | "join">,
  limit: number | undefined,
): string | undefined {
  const { maxTags, maxClasses } = config.limits;
  const ids = (config.join?.maxIds ?? 0) * bytes.ofId;
  const most = maxTags * tagBytes(config, maxClasses) + ids;
  if (limit === undefined || most <= limit) return undefined;
  const few = Math.min(10, maxClasses);
  const withIds = ids === 0 ? "" : `, and ${sizeText(ids)} for join.maxIds`;
  return `memory is limited to ${sizeText(limit)} here, and ${maxTags} tags (limits.maxTags) of ${maxClasses} classes (limits.maxClasses), every class confused with every other, would take ${sizeText(most)}: ${sizeText(tagBytes(config, maxClasses))} each, of ${few} classes ${sizeText(tagBytes(config, few))}${withIds}; lower the limits to what comes, or raise that of the memory`;
}

const units = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

function sizeText(size: number): string {
  const [unit, divisor] = units.find(([, least]) => size >= least) ?? units[2];
  const count = size / divisor;
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ${unit}`;
}
