import { isDeepStrictEqual } from "node:util";

/** What differs from run to run. */
const varying: readonly [RegExp, string][] = [
  [/\b(wgt|req|conv|evt|msg|ep|flt|dlv)_\w+/g, "$1_…"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…time…"],
];

/**
 * Compares what a page shows with what was printed. Ids and times may differ; `…` stands for anything: on a line, in a
 * string, or, as a line of its own, for lines.
 * @returns undefined where they agree, else what to read
 */
export function outputMismatch(language: string, shown: string, printed: string): string | undefined {
  const fits = language === "json" ? jsonFits(JSON.parse(shown), parsed(printed)) : textFits(shown, printed);
  return fits ? undefined : `The page shows\n${shown}\nbut this was printed:\n${printed}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jsonFits(shown: unknown, printed: unknown): boolean {
  if (typeof shown === "string" && typeof printed === "string") return textFits(shown, printed);
  if (Array.isArray(shown) && Array.isArray(printed)) {
    return shown.length === printed.length && shown.every((value, index) => jsonFits(value, printed[index]));
  }
  if (!isRecord(shown) || !isRecord(printed)) return isDeepStrictEqual(shown, printed);
  const names = Object.keys(shown);
  return (
    isDeepStrictEqual(names.toSorted(), Object.keys(printed).toSorted()) &&
    names.every((name) => jsonFits(shown[name], printed[name]))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textFits(shown: string, printed: string): boolean {
  const pattern = masked(shown.trimEnd())
    .split("\n")
    .map((line) => (line.trim() === "…" ? "(?:.*\n)*?.*" : line.trimEnd().split("…").map(escaped).join(".*")))
    .join("\n");
  return new RegExp(`^${pattern}$`).test(masked(printed.trimEnd()).replaceAll(/[ \t]+$/gm, ""));
}

function masked(text: string): string {
  return varying.reduce((result, [pattern, replacement]) => result.replaceAll(pattern, replacement), text);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
