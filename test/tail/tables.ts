import { archiveCases } from "./archive-cases.ts";
import { lineCases } from "./line-cases.ts";
import type { LogCases } from "./log-case.ts";
import { nameCases } from "./name-cases.ts";
import { rotationCases } from "./rotation-cases.ts";
import { truncationCases } from "./truncation-cases.ts";

/** What the tests themselves do to logs, by title. */
export const tables: Readonly<Record<string, LogCases>> = {
  rotation: rotationCases,
  truncation: truncationCases,
  names: nameCases,
  archives: archiveCases,
  lines: lineCases,
};
