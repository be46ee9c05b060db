export type { Entry, EntryKey, JsonValue as Plain } from "./serializable.ts";
