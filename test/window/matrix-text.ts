import type { Tags } from "../../src/window/tags.ts";

/** The windows of the only tag as text: `5m: a>b 2`. */
export function show(tags: Tags, at: number): string[] {
  return tags.snapshot(at).flatMap(({ windows }) =>
    windows.map(({ window, confusion: { classes, counts } }) => {
      const cells = classes.flatMap((actual, row) =>
        classes.flatMap((predicted, column) => {
          const count = counts[row * classes.length + column] ?? 0;
          return count > 0 ? [`${actual}>${predicted} ${count}`] : [];
        }),
      );
      return `${window.label}: ${cells.join(", ")}`;
    }),
  );
}
