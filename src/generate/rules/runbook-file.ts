import { slug } from "../files/safe-name.ts";

/** Name of the alert that a page is about. */
export interface PageName {
  readonly name: string;
  /** False for a name that the user gave. */
  readonly isOurName: boolean;
}

/**
 * Names the file of an alert's page. Alerts with a name of ours are named in CamelCase, and their pages
 * `model-quality-...`, which no other page is.
 */
export function runbookFile({ name, isOurName }: PageName): string {
  const words = name.replace(/([a-z0-9])([A-Z])/gu, "$1-$2").toLowerCase();
  return `${isOurName ? words : slug(name, new Set(name.startsWith("model-quality-") ? [name] : []))}.md`;
}
