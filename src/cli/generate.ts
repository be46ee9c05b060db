import { loadConfig } from "../config/load.ts";
import { compareFiles, differencesText } from "../generate/files/compare.ts";
import { generate } from "../generate/outputs.ts";
import { writeFiles } from "../generate/files/write.ts";
import { outFolder } from "./out-folder.ts";

/** What `generate` is told. */
export interface GenerateOptions {
  readonly config: string;
  /** The folder that the files go under. */
  readonly out: string;
  /** Write nothing; tell what is stale. */
  readonly check: boolean;
  /** Replace what stands in the place of a generated file and was not written by us. */
  readonly force: boolean;
}

/**
 * Writes the generated files and says which; with `check`, shows on standard output how those that are there differ.
 * Gives the exit code: 1 when `check` found anything stale. Throws a Problem for a bad config and for files that cannot
 * be written; nothing is written then.
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
