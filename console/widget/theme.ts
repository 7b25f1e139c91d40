import type { EmbedConfig } from "./visitor-api.ts";

type Color = readonly [red: number, green: number, blue: number];

const white: Color = [255, 255, 255];
const black: Color = [0, 0, 0];
const defaultColor: Color = [79, 70, 229];

/** The surfaces of the two modes, as the style sheet has them. */
const surfaces = { light: white, dark: [22, 24, 29] } as const;

/**
 * Style rules for the colors and the radius of a theme. Text and icons keep a contrast of 4.5 to what is behind them
 * (WCAG 2.2, 1.4.3), whatever the main color.
 */
export function themeRules({ primary, radius = 16 }: EmbedConfig["theme"]): string {
  const color = readColor(primary) ?? defaultColor;
  const accents = [surfaces.light, surfaces.dark].map((surface) => css(accentOn(surface, color)));
  const corner = Number.isFinite(radius) ? Math.min(Math.max(radius, 0), 64) : 16;
  return `.widget{--radius:${corner}px;--primary:${css(color)};--on-primary:${css(readableOn(color))};--accent:light-dark(${accents.join()})}`;
}

/** Black or white, whichever can be read better. */
function readableOn(color: Color): Color {
  return contrast(color, white) >= contrast(color, black) ? white : black;
}

/** The main color, moved toward black or white until it can be read on a surface. */
function accentOn(surface: Color, color: Color): Color {
  const target = readableOn(surface);
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = color.map((part, index) => Math.round(part + ((target[index] ?? 0) - part) * share));
    if (contrast(mixed as unknown as Color, surface) >= 4.5) return mixed as unknown as Color;
  }
  return target;
}

function readColor(text: string | undefined): Color | undefined {
  const [, ...parts] = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text ?? "") ?? [];
  const [red, green, blue] = parts.map((part) => Number.parseInt(part, 16));
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
}

function css(color: Color): string {
  return `rgb(${color.join(" ")})`;
}

/** The contrast ratio of two colors, 1 to 21 (WCAG 2.2). */
export function contrast(one: Color, other: Color): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Color): number {
  const linear = (part: number) => (part <= 10.31475 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
