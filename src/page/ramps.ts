/** Colours of the cells: correct ones blue, wrong ones orange, each in 21 steps of equal lightness from a neutral. */
const hues = [
  { name: "k", from: 245, to: 255, chroma: 0.13, light: [0.965, 0.495], dark: [0.245, 0.745] },
  { name: "w", from: 72, to: 46, chroma: 0.175, light: [0.965, 0.655], dark: [0.245, 0.725] },
] as const;

/** Levels of a hue, 0 included. */
const levels = 21;

/** Text on bright cells: of anything brighter some level would be under 4.5:1. */
const ink = "#000";

/** Colour of a level, and that of the text on it. */
export interface Shade {
  readonly name: string;
  readonly fill: string;
  readonly text: string;
  /** Contrast of the two, as WCAG computes it. */
  readonly contrast: number;
}

/** Computes the colours of all levels. */
export function ramp(theme: "light" | "dark"): readonly Shade[] {
  return hues.flatMap(({ name, from, to, chroma, [theme]: [least, most] }) =>
    Array.from({ length: levels }, (_, level): Shade => {
      const x = level / (levels - 1);
      const colour = inGamut(least + (most - least) * x, 0.008 + (chroma - 0.008) * x ** 0.8, from + (to - from) * x);
      const luminance = relativeLuminance(colour);
      const onWhite = 1.05 / (luminance + 0.05);
      const onInk = (luminance + 0.05) / 0.05;
      const text = onWhite > onInk ? "#fff" : ink;
      return { name: `${name}${level}`, fill: hex(colour), text, contrast: Math.max(onWhite, onInk) };
    }),
  );
}

/** Writes the colours as rules of a style sheet: of cells, and of what is drawn. */
export function rampRules(theme: "light" | "dark"): string {
  return ramp(theme)
    .map(({ name, fill, text }) => `.${name}{background:${fill};color:${text};fill:${fill}}`)
    .join("\n");
}

/** Linear channels in 0..1. */
type Channels = readonly [red: number, green: number, blue: number];

/** Converts OKLCH to linear sRGB, with less chroma where that colour is out of gamut (B. Ottosson, 2020). */
function inGamut(lightness: number, chroma: number, hue: number): Channels {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels: Channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return channels.every((channel) => channel > -1e-4 && channel < 1.0001)
    ? channels
    : inGamut(lightness, chroma * 0.97, hue);
}

function relativeLuminance([red, green, blue]: Channels): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex(channels: Channels): string {
  return `#${channels
    .map((channel) => {
      const clamped = Math.max(0, Math.min(1, channel));
      const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
      return Math.round(encoded * 255)
        .toString(16)
        .padStart(2, "0");
    })
    .join("")}`;
}
