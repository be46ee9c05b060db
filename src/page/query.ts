import type { TagLabels } from "../window/forgotten-tags.ts";
import { parseTagQuery, type QueryFault, type TagQuery } from "../exposition/tag-query.ts";

/** What the matrix shows in its cells, and the share that colours them. */
export const shownAs = ["actual", "predicted", "counts"] as const;

/** What a page shows, as its address says. Own words carry a hyphen, which no label may have. */
export interface PageQuery extends TagQuery {
  /** Class that is looked at. */
  readonly class: string | undefined;
  readonly shownAs: (typeof shownAs)[number];
  /** Words that tags in the list have. */
  readonly filter: string;
}

/** Reads the address of a page. */
export function parsePageQuery(params: URLSearchParams, tagLabels: readonly string[]): PageQuery | QueryFault {
  const query = parseTagQuery(params, { tagLabels }, ["class", "shown-as", "filter-tags"]);
  if ("fault" in query) return query;
  return {
    ...query,
    class: params.get("class") ?? undefined,
    shownAs: shownAs.find((word) => word === params.get("shown-as")) ?? "actual",
    filter: params.get("filter-tags") ?? "",
  };
}

/** What an address says; of the rest it says nothing. */
export interface Address {
  /** All labels of the config: those that the tag lacks are said to be empty, so that no other tag is meant. */
  readonly tagLabels: readonly string[];
  readonly labels: TagLabels | undefined;
  readonly window: string | undefined;
  readonly class?: string | undefined;
  readonly shownAs?: PageQuery["shownAs"];
  readonly filter?: string;
}

/** Lists the parameters of an address. */
export function parametersOf({
  tagLabels,
  labels,
  window,
  class: of,
  shownAs: as,
  filter,
}: Address): readonly [string, string][] {
  const parameters = [
    ...(labels === undefined
      ? []
      : tagLabels.map((name) => [name, labels.find((label) => label.name === name)?.value ?? ""] as const)),
    ["window", window],
    ["class", of],
    ["shown-as", as === "actual" ? undefined : as],
    ["filter-tags", filter === "" ? undefined : filter],
  ] as const;
  return parameters.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
}

/** Writes an address relative to the page, so that it holds behind any path prefix. */
export function hrefOf(address: Address): string {
  return `?${new URLSearchParams(parametersOf(address)).toString()}`;
}
