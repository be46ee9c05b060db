import { expect, test } from "@jest/globals";
import { Steady } from "../../src/web/steady.ts";

test.each([
  { seen: "old old old", taken: "" },
  { seen: "new new new", taken: "new" },
  { seen: "half new new", taken: "new" },
  { seen: "half old old", taken: "" },
  { seen: "half old half old", taken: "" },
  { seen: "new new old old", taken: "new old" },
  { seen: "bad bad bad new new", taken: "bad new" },
])("of files that are seen as $seen, $taken is taken", ({ seen, taken }) => {
  const steady = new Steady("old");
  const states = seen.split(" ").filter((state) => steady.isNew(state));
  expect(states.join(" ")).toBe(taken);
});
