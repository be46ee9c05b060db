import { loadConfig } from "../config/load.ts";
import { compareFiles, differencesText } from "../generate/files/compare.ts";
import { generate } from "../generate/outputs.ts";
import { writeFiles } from "../generate/files/write.ts";
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
}

/**
 * Writes the generated files and lists them; with `check`, prints a diff of stale files instead. Returns the exit code: 1
 * when `check` found stale files. Throws a `Problem`, without writing anything, for a bad config or unwritable files.
 */
export async function generateCommand({ config: path, out, check, force }: GenerateOptions): Promise<number> {
  const config = await loadConfig(path, process.env, true);
  const { files } = generate(config);
  const folder = outFolder(out);
  if (check) {
    const differences = differencesText(compareFiles(files, folder));
    process.stdout.write(differences === "" ? `${files.size} generated files are current\n` : differences);
    return differences === "" ? 0 : 1;
  }
  const { written, removed, unchanged } = writeFiles(files, folder, force);
  const lines = [
    ...written.map((file) => `written: ${file}`),
    ...removed.map((file) => `removed, no longer generated: ${file}`),
    `${written.length} written, ${removed.length} removed, ${unchanged.length} unchanged`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
