import { readFile } from "node:fs/promises";
import { errorMessage, Problem } from "../problem.ts";
import { parseWebConfig, type PemSource, type WebConfig } from "./web-config.ts";

/** PEM texts of a web config, from it or from files. */
export interface Pems {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** Web config with the contents of the files that it names. */
export interface WebFiles {
  readonly config: WebConfig;
  /** Undefined for plain HTTP. */
  readonly pems: Pems | undefined;
}

/** Reads a web config and the files that it names; throws a `Problem` (exit code 2) for any fault. */
export async function readWebFiles(file: string): Promise<WebFiles> {
  const config = parseWebConfig(await read(file), file);
  const { tls } = config;
  if (tls === undefined) return { config, pems: undefined };
  const [cert, key, clientCa] = await Promise.all([pem(tls.cert), pem(tls.key), tls.clientCa && pem(tls.clientCa)]);
  return { config, pems: { cert, key, clientCa } };
}

async function pem(source: PemSource): Promise<string> {
  return "text" in source ? source.text : read(source.file);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Problem(`cannot read ${file}: ${errorMessage(error)}`, { exitCode: 2, cause: error });
  }
}
