import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { replayFiles } from "../../src/cli/replay.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { Report } from "../../src/exposition/report.ts";
import { valueOf } from "../../src/init/config-text.ts";
import { planOf, type Choose, type Plan, type Unsure } from "../../src/init/plan.ts";
import { readLog, type LogReading, type Unreadable } from "../../src/init/reading.ts";

/** A log with the path that it lies at. */
export interface GivenLog {
  readonly file: string;
  readonly lines: readonly string[];
  /** When it was last written (Unix milliseconds). */
  readonly written?: number;
}

/** Reads a log as `init` does. */
function recognized({ file, lines }: GivenLog): LogReading | Unreadable {
  return readLog(
    file,
    lines.filter((line) => line.trim() !== ""),
  );
}

/** The known forms that a log is of: its own, its carrier, its text. */
export function namesOf({ form, carrier, shape }: LogReading): readonly string[] {
  return [form?.name, carrier?.name, shape.textForm].flatMap((name) => name ?? []);
}

/** What `init` proposes of logs, on a machine in Berlin; `choose` answers what it asks. */
export async function proposed(
  logs: readonly GivenLog[],
  choose: Choose = () => Promise.resolve(undefined),
): Promise<Plan | Unsure> {
  const read = logs.map((log) => {
    const reading = recognized(log);
    if ("instead" in reading) throw new Error(`${reading.what}: ${reading.instead}`);
    const facts = { glob: log.file, written: log.written, encoding: undefined, now: Date.now(), zone: "Europe/Berlin" };
    return { reading, facts };
  });
  return planOf(read, choose);
}

/** The plan for logs; throws where `init` is not sure. */
async function planned(logs: readonly GivenLog[]): Promise<Plan> {
  const plan = await proposed(logs);
  if ("why" in plan) throw new Error([plan.why, ...plan.details].join("\n"));
  return plan;
}

/** Replays logs under the config that is proposed of them; they are written below `folder`, where their paths lie too. */
export async function replayed(
  logs: readonly GivenLog[],
  folder: string,
): Promise<{ readonly plan: Plan; readonly result: Report; readonly notes: readonly string[] }> {
  const placed = logs.map(({ file, lines }) => ({ file: join(folder, file), lines }));
  const plan = await planned(placed);
  const value = { ...valueOf(plan.config), windows: ["24h", { last: 100 }] };
  const config = parseConfig(value, join(folder, "model-quality.config.ts"), {});
  const files = placed.map(({ file, lines }) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join("\n")}\n`);
    const sources = (plan.sourceAt.get(file) ?? []).flatMap((at) => config.sources[at]?.source.name ?? []);
    return { file, sources };
  });
  return { plan, ...(await replayFiles(config, files)) };
}
