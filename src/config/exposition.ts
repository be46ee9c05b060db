import { confusionCells } from "../quality/page-metrics.ts";
import { oneOf } from "./scalars.ts";
import { object } from "./strict-object.ts";

/** The keys of `exposition`. */
const expositionShape = {
  confusion: oneOf(confusionCells)
    .default("all")
    .describe("Cells of the confusion matrix on `/metrics`: all, those above 0, or none."),
};

/** Schema of `exposition`. */
export const exposition = object(expositionShape, { name: "ExpositionInput" });
