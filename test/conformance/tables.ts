import { archiveCases } from "./archive-cases.ts";
import { dockerLogCases } from "./docker-log-cases.ts";
import { lineCases } from "./line-cases.ts";
import type { LogCases } from "./log-case.ts";
import { logrotateCases } from "./logrotate-cases.ts";
import { nameCases } from "./name-cases.ts";
import { podLogCases } from "./pod-log-cases.ts";
import { rotationCases } from "./rotation-cases.ts";
import { truncationCases } from "./truncation-cases.ts";

/** What happens to logs, by what it happens to: a new case is a row of one of these. */
export const tables: Readonly<Record<string, LogCases>> = {
  rotation: rotationCases,
  truncation: truncationCases,
  names: nameCases,
  archives: archiveCases,
  lines: lineCases,
  "logs that logrotate rotates": logrotateCases,
  "logs of containers, as the kubelet keeps them": podLogCases,
  "logs of containers, as Docker keeps them": dockerLogCases,
};
