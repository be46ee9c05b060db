import { confusionMatrix, type ConfusionMatrix } from "../../src/window/confusion-matrix.ts";

/** Counts of the classes `fraud`, `legit` and `other`, row by row of actual classes. */
export type Cells = readonly number[];

export const classes = ["fraud", "legit", "other"];

/** Names the classes of the cells. */
export function matrix(cells: Cells): ConfusionMatrix {
  return confusionMatrix(
    cells.map((count, index) => ({
      actual: classes[Math.floor(index / 3)] ?? "",
      predicted: classes[index % 3] ?? "",
      count,
    })),
  );
}
