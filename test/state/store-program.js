import { createInterface } from "node:readline";
import { makeLog } from "../../dist/log.js";
import { openStore } from "../../dist/state/store.js";

/** Keeps a store, in a process of its own as the daemon does, and does what standard input says. */
const say = (text) => process.stdout.write(`${text}\n`);

let store;
try {
  store = await openStore(process.argv[2], makeLog("debug", "logfmt"));
  say("open");
} catch (error) {
  say(`${error.name}: ${error.text ?? error.stack}`.replaceAll("\n", " "));
  process.exit(1);
}

const commands = {
  commit: async (entries) => {
    await store.commit(entries.map(([key, value]) => ({ key, value: value === null ? undefined : value })));
    return "done";
  },
  fill: async (bytes) => {
    await store.commit([{ key: ["big", 1], value: "x".repeat(bytes) }]);
    return "done";
  },
  entries: async (word) => JSON.stringify([...store.entries(word)]),
  close: async () => {
    await store.close();
    return "closed";
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [command, data] = [line.slice(0, line.indexOf(" ")), JSON.parse(line.slice(line.indexOf(" ")))];
  try {
    say(await commands[command](data));
  } catch (error) {
    say(`${error.name}: ${error.message}`);
  }
}
