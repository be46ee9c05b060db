import { execFileSync } from "node:child_process";
import { generate } from "../../../src/generate/outputs.ts";
import { writeFiles } from "../../../src/generate/files/write.ts";
import type { Config } from "../../../src/config/config.ts";

/** Runs a program and gives what it printed; fails the test with both of its streams when it does not exit 0. */
export function tool(program: string, args: readonly string[], options: { readonly cwd?: string } = {}): string {
  try {
    return execFileSync(program, args, { ...options, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const streams = typeof error === "object" && error !== null ? error : {};
    const output = ["stdout", "stderr"].map((name) => String(Reflect.get(streams, name) ?? "")).join("");
    throw new Error(`${program} ${args.join(" ")}\n${output}`, { cause: error });
  }
}

/** Writes the generated files of a config under `out` and gives their paths. */
export function generateInto(config: Config, out: string): readonly string[] {
  const files = generate(config).files;
  writeFiles(files, out);
  return [...files.keys()];
}
