import { appendFileSync } from "node:fs";
import type { LogCases } from "./log-case.ts";
import type { LogFolder } from "./log-folder.ts";

/** Docker's json-file of a container. */
const log = `${"c".repeat(64)}-json.log`;

/** Prints text as Docker does: what has no line end goes on in the next entry. */
function print(folder: LogFolder, text: string): void {
  appendFileSync(
    folder.path(log),
    `${JSON.stringify({ log: text, stream: "stdout", time: new Date().toISOString() })}\n`,
  );
}

/** The logs of a container that Docker rotates, with `max-file` and `compress`. */
export const dockerLogCases: LogCases = {
  "a line comes in pieces in two files, and later in two others, with the daemon killed in between": {
    files: ["*-json.log"],
    wrapper: "docker",
    scenes: [
      async (folder) => {
        print(folder, `${folder.outcomes.next()}\n`);
        const line = folder.outcomes.next();
        print(folder, line.slice(0, 30));
        folder.rotate(log);
        print(folder, `${line.slice(30)}\n`);
        await folder.settled();
        const next = folder.outcomes.next();
        folder.outcomes.uncount(2);
        print(folder, next.slice(0, 30));
        await folder.read(folder.path(log));
      },
      (folder) => {
        folder.gzip(`${log}.1`);
        folder.rotate(log);
        print(folder, `${folder.outcomes.again(2).slice(30)}\n`);
      },
      (folder) => {
        print(folder, `${folder.outcomes.next()}\n`);
      },
    ],
  },
};
