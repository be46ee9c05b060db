import { describe, expect, test } from "@jest/globals";
import { ramp } from "../../src/page/ramps.ts";

describe("the colours of the cells", () => {
  test.each(["light", "dark"] as const)(
    "in the %s theme the text on each of the 21 levels of both hues can be read",
    (theme) => {
      const shades = ramp(theme);
      expect(shades.map(({ name }) => name)).toEqual(
        ["k", "w"].flatMap((hue) => Array.from({ length: 21 }, (_, level) => `${hue}${level}`)),
      );
      expect(Math.min(...shades.map(({ contrast }) => contrast))).toBeGreaterThanOrEqual(4.5);
      expect(new Set(shades.map(({ fill }) => fill)).size).toBeGreaterThanOrEqual(41);
    },
  );
});
