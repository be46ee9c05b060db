import { loadConfig } from "../config/load.ts";
import { compareFiles, differencesText } from "../generate/files/compare.ts";
import { generate } from "../generate/outputs.ts";
import { writeFiles } from "../generate/files/write.ts";
import { outputKindsOf } from "./only.ts";
import { outFolder } from "./out-folder.ts";

/** Options of `generate`. */
export interface GenerateOptions {
  readonly config: string;
  /** Output folder. */
  readonly out: string;
  /** Writes nothing, and reports stale files. */
  readonly check: boolean;
  /** Replaces files that `generate` did not write. */
  readonly force: boolean;
  /** Kinds of files, separated by commas; all by default. */
  readonly only?: string | undefined;
}

/**
 * Writes the generated files and lists them; with `check`, prints a diff of stale files instead. Returns the exit code: 1
 * when `check` found stale files. Throws a `Problem`, without writing anything, for a bad config or unwritable files.
 */
export async function generateCommand({ config: path, out, check, force, only }: GenerateOptions): Promise<number> {
  const kinds = outputKindsOf(only);
  const config = await loadConfig(path, process.env, true);
  const { files, scope } = generate(config, kinds);
  const folder = outFolder(out);
  if (check) {
    const differences = differencesText(compareFiles(files, folder, scope));
    process.stdout.write(differences === "" ? `${files.size} generated files are current\n` : differences);
    return differences === "" ? 0 : 1;
  }
  const { written, removed, unchanged } = writeFiles(files, folder, force, scope);
  const lines = [
    ...written.map((file) => `written: ${file}`),
    ...removed.map((file) => `removed, no longer generated: ${file}`),
    `${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
