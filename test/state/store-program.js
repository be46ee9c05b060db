import { createInterface } from "node:readline";

/** @typedef {import("../../src/plain.ts").EntryKey} EntryKey */
/** @typedef {import("../../src/plain.ts").Plain} Plain */

/** @param {string} path a module of the build */
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
/** @type {typeof import("../../src/log.ts")} */
const { makeLog } = await built("log.js");
/** @type {typeof import("../../src/state/store.ts")} */
const { openStore } = await built("state/store.js");
/** @type {typeof import("../../src/problem.ts")} */
const { errorMessage, Problem } = await built("problem.js");

/**
 * Keeps a store, in a process of its own as the daemon does, and does what standard input says.
 *
 * @param {string} text
 */
const say = (text) => process.stdout.write(`${text}\n`);

/** @param {unknown} error */
const sayError = (error) => {
  if (error instanceof Problem) say(`Problem: ${error.text}`.replaceAll("\n", " "));
  else say(`Error: ${errorMessage(error)}`);
};

const store = await openStore(process.argv[2] ?? "", makeLog("debug", "logfmt")).catch(
  (/** @type {unknown} */ error) => {
    sayError(error);
    process.exit(1);
  },
);
say("open");

/** @type {Readonly<Record<string, (data: unknown) => Promise<string>>>} */
const commands = {
  commit: async (data) => {
    const entries = /** @type {[EntryKey, Plain][]} */ (data);
    await store.commit(entries.map(([key, value]) => ({ key, value: value === null ? undefined : value })));
    return "done";
  },
  fill: async (data) => {
    await store.commit([{ key: ["big", 1], value: "x".repeat(Number(data)) }]);
    return "done";
  },
  entries: (data) => Promise.resolve(JSON.stringify([...store.entries(String(data))])),
  close: async () => {
    await store.close();
    return "closed";
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(" ");
  try {
    say((await commands[line.slice(0, space)]?.(JSON.parse(line.slice(space)))) ?? "unknown command");
  } catch (error) {
    sayError(error);
  }
}
