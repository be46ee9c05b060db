import type { Config } from "../config/config.ts";
import { checkTokens } from "../ingest/tokens.ts";
import { Problem } from "../problem.ts";
import { httpSource } from "./http-input.ts";

/** Who reaches the server. */
export interface Reach {
  /** True where it listens on loopback only. */
  readonly isLocal: boolean;
  /** True where `--web.config.file` demands a login or a client certificate of whoever asks. */
  readonly demandsLogin: boolean;
}

/** Throws a `Problem` for a config by which anybody could post events, or nobody, since its tokens cannot be read. */
export function checkEventsAccess(config: Pick<Config, "sources">, { isLocal, demandsLogin }: Reach): void {
  const found = httpSource(config);
  if (found?.http === undefined) return;
  const path = `source ${JSON.stringify(found.source.name)}`;
  const { tokensFile } = found.http;
  if (tokensFile !== undefined) checkTokens(tokensFile, path);
  else if (!isLocal && !demandsLogin) {
    const mend =
      "set http.tokensFile, demand a login by --web.config.file, or listen on loopback, such as --web.listen-address=127.0.0.1:9877";
    throw new Problem(`${path}: anybody who reaches the exporter could post events; ${mend}`, { exitCode: 2 });
  }
}
