import { existsSync, readdirSync } from "node:fs";
import type { LogCase, LogCases } from "./log-case.ts";
import { Logrotate, type Rotation } from "./logrotate.ts";

const dated = ["dateext", "dateformat -%Y%m%d-%s"];

const modes: Readonly<Record<string, Rotation>> = {
  "create, the writer is told": { directives: ["create"], writer: "told" },
  "create, the writer is not told": { directives: ["create"], writer: "later" },
  "nocreate, the writer is told": { directives: ["nocreate"], writer: "told" },
  "nocreate, the writer is not told": { directives: ["nocreate"], writer: "later" },
  "create, compress": { directives: ["create", "compress"], writer: "told" },
  "nocreate, compress": { directives: ["nocreate", "compress"], writer: "told" },
  "create, compress, delaycompress, the writer is told": {
    directives: ["create", "compress", "delaycompress"],
    writer: "told",
  },
  "create, compress, delaycompress, the writer is not told": {
    directives: ["create", "compress", "delaycompress"],
    writer: "later",
  },
  "create, dateext": { directives: ["create", ...dated], writer: "told" },
  "create, dateext, the date before the ending": {
    directives: ["create", "extension .log", ...dated],
    writer: "told",
  },
  "create, dateext, compress": { directives: ["create", "compress", ...dated], writer: "told" },
  "nocreate, dateext, compress, delaycompress": {
    directives: ["nocreate", "compress", "delaycompress", ...dated],
    writer: "later",
  },
  copytruncate: { directives: ["copytruncate"], writer: "silent" },
  "copytruncate, compress": { directives: ["copytruncate", "compress"], writer: "silent" },
  "copytruncate, compress, delaycompress": {
    directives: ["copytruncate", "compress", "delaycompress"],
    writer: "silent",
  },
  "copytruncate, dateext": { directives: ["copytruncate", ...dated], writer: "silent" },
  "copytruncate, dateext, compress": { directives: ["copytruncate", "compress", ...dated], writer: "silent" },
};

/** Rotation goes on while the daemon runs, while it is killed, and while it runs again; nobody waits for it to read. */
function caseOf(rotation: Rotation): LogCase {
  let logrotate: Logrotate | undefined;
  const rotate = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await logrotate?.rotate();
  };
  return {
    scenes: [
      async (folder) => {
        logrotate = new Logrotate(folder, { ...rotation, directives: ["rotate 20", ...rotation.directives] });
        logrotate.write(3);
        await folder.settled();
        await rotate(2);
        await folder.settled();
        logrotate.write(2);
      },
      () => rotate(2),
      () => rotate(1),
      () => rotate(1),
      () => {
        logrotate?.write(2);
      },
    ],
  };
}

/** What logrotate does in the modes that servers are told to use. */
export const logrotateCases: LogCases = {
  ...Object.fromEntries(Object.entries(modes).map(([name, rotation]) => [name, caseOf(rotation)])),
  "rotated files are removed once they are read": {
    scenes: [
      async (folder) => {
        const directives = ["create", "compress", "delaycompress", "rotate 2"];
        const logrotate = new Logrotate(folder, { directives, writer: "told" });
        for (let time = 0; time < 5; time++) {
          await logrotate.rotate();
          await folder.settled();
        }
        const names = readdirSync(folder.dir);
        if (names.length !== 4 || !existsSync(folder.path("app.log.2.gz"))) throw new Error(folder.listing());
      },
    ],
  },
};
