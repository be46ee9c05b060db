/** Outcomes of one tag: so many of each pair of classes, spread over the past four minutes. */
export interface Outcomes {
  readonly tag: Readonly<Record<string, string>>;
  readonly cells: readonly (readonly [actual: string, predicted: string, count: number])[];
}

/** Writes outcomes as lines of a log; `spreadMs` is how far back they lie. */
export function linesOf({ tag, cells }: Outcomes, spreadMs = 240_000, now = Date.now()): string {
  const all = cells.reduce((sum, [, , count]) => sum + count, 0);
  let at = 0;
  return cells
    .flatMap(([label, prediction, count]) =>
      Array.from({ length: count }, () => {
        // The golden ratio spreads each cell over the whole stretch.
        const share = (at++ * 0.618_033_988_75) % 1;
        const ts = new Date(now - (all === 1 ? 0 : share * spreadMs)).toISOString();
        return `${JSON.stringify({ ...tag, prediction, label, ts })}\n`;
      }),
    )
    .join("");
}

/** A matrix of so many classes, of which nine in ten are right and the rest are the next class. */
export function manyClasses(size: number, each: number): Outcomes["cells"] {
  const name = (index: number): string => `class-${String(index % size).padStart(3, "0")}`;
  const wrong = Math.max(1, Math.round(each / 10));
  return Array.from({ length: size }, (_, index) => index).flatMap((index) => [
    [name(index), name(index), each - wrong] as const,
    [name(index), name(index + 1), wrong] as const,
  ]);
}

/** A name that would be markup, another property, or another order of letters, if a page let it. */
export const hostileNames = [
  `"><img src=x onerror=alert(1)>`,
  "</title><script>alert(1)</script>",
  "__proto__",
  "constructor",
  "evil\u{202e}dlrow",
  "zero\u{200b}width",
  "{{ $labels.model }}",
  "a&amp;b'c`d\\e",
  "  ",
  "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
] as const;
