import { describe } from "@jest/globals";
import { conformance } from "./conformance.ts";
import { logrotateCases } from "./logrotate-cases.ts";

describe.each([
  { how: "by events", watch: "auto" },
  { how: "by polling", watch: "poll" },
] as const)("logrotate, $how", ({ watch }) => {
  conformance(watch, { "its modes": logrotateCases });
});
