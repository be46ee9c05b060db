import { suggestion } from "../config/nearest.ts";
import type { TagLabels } from "../window/forgotten-tags.ts";

/** Tags that a request asks for. */
export interface TagQuery {
  /** Accepted values by label; the empty one is of tags without the label. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly window: string | undefined;
}

/** What a request asks for that is not there. */
export interface QueryFault {
  readonly fault: string;
}

/** Names that a request may use. */
export interface QueryNames {
  readonly tagLabels: readonly string[];
  readonly windows: readonly { readonly label: string }[];
}

/**
 * Reads which tags and window a request asks for: `?model=fraud&version=v3&window=1h`. A name that is neither a label nor
 * one of `others` is a fault: its filter would be lost in silence.
 */
export function parseTagQuery(
  params: URLSearchParams,
  { tagLabels }: Pick<QueryNames, "tagLabels">,
  others: readonly string[] = [],
): TagQuery | QueryFault {
  const labels = new Map<string, readonly string[]>();
  for (const name of new Set(params.keys())) {
    if (name === "window" || others.includes(name)) continue;
    if (!tagLabels.includes(name)) {
      return { fault: `no label ${JSON.stringify(name)}${suggestion(name, [...tagLabels, "window"], "parameters")}` };
    }
    labels.set(name, params.getAll(name));
  }
  return { labels, window: params.get("window") ?? undefined };
}

/** Finds the fault of a window that the config does not have; undefined for none. */
export function windowFault(window: string | undefined, { windows }: Pick<QueryNames, "windows">): string | undefined {
  const names = windows.map(({ label }) => label);
  if (window === undefined || names.includes(window)) return undefined;
  return `no window ${JSON.stringify(window)}${suggestion(window, names, "windows")}`;
}

/** Tells whether a tag is one of those that are asked for. */
export function isAsked({ labels }: Pick<TagQuery, "labels">, tag: TagLabels): boolean {
  return [...labels].every(([name, values]) => values.includes(tag.find((label) => label.name === name)?.value ?? ""));
}

/** Leaves of a tag the windows that are asked for. */
export function selectWindows<Tag extends { readonly windows: readonly { readonly window: string }[] }>(
  tag: Tag,
  { window: asked }: Pick<TagQuery, "window">,
): Tag {
  return asked === undefined ? tag : { ...tag, windows: tag.windows.filter(({ window }) => window === asked) };
}
