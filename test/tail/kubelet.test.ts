import { describe } from "@jest/globals";
import { conformance } from "./conformance.ts";
import { dockerLogCases } from "./docker-log-cases.ts";
import { podLogCases } from "./pod-log-cases.ts";

describe.each([
  { how: "by events", watch: "auto" },
  { how: "by polling", watch: "poll" },
] as const)("the logs of containers, $how", ({ watch }) => {
  conformance(watch, { "as the kubelet keeps them": podLogCases, "as Docker keeps them": dockerLogCases });
});
