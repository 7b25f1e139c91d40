import { isJsonObject } from "../../spec/merge-patch.ts";
import { parseJsonFile } from "../../spec/text/parse-json-file.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import type { DialectFile } from "../dialect/observe-dialect.ts";
import type { Verdict } from "../judge/judge.ts";
import { type Report, reportVersion } from "./report.ts";

/** Follows the id of a rule whose choice in words is compared. */
const besides = " besides";

/** Differences between two reports. */
export interface Comparison {
  readonly before: Pick<Report, "target" | "startedAt" | "seed">;
  /** Rules whose verdict changed, those first that got worse. */
  readonly verdicts: readonly Change<Verdict>[];
  /** Assumed rules whose choice changed; none unless both reports have a dialect. */
  readonly dialect: readonly Change<string>[];
}

/** A value before and after; undefined where a report does not have it. */
export interface Change<T> {
  readonly id: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
  readonly isWorse: boolean;
}

/** Without a verdict is worse than a pass, and better than a violation. */
const leastSevereFirst: readonly unknown[] = ["pass", "note", "not-observed", "inconclusive", "error", "warn", "fail"];

/** Compares a report with an earlier one, or with that of another server. */
export function compareReports(before: Report, after: Report): Comparison {
  const { target, startedAt, seed } = before;
  const verdictsOf = ({ rules }: Report) => new Map(rules.map(({ id, verdict }): [string, Verdict] => [id, verdict]));
  // A rule that one of them does not have was not checked by that run.
  const severity = (verdict: Verdict) => leastSevereFirst.indexOf(verdict);
  const verdicts = changesOf(verdictsOf(before), verdictsOf(after), (a, b) => severity(b) > severity(a)).filter(
    (change) => change.before !== undefined && change.after !== undefined,
  );
  const choices =
    before.dialect && after.dialect ? changesOf(choicesOf(before.dialect), choicesOf(after.dialect), () => false) : [];
  // A choice that a run was not asked for is no difference: with --rules it checks some rules alone.
  const isAsked = ({ id }: Change<string>) =>
    [before, after].every(({ rules }) => rules.some((rule) => rule.id === id.replace(besides, "")));
  const dialect = choices.filter(isAsked);
  return {
    before: { target, startedAt, seed },
    verdicts: verdicts.sort((a, b) => Number(b.isWorse) - Number(a.isWorse)),
    dialect,
  };
}

function changesOf<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  isWorse: (before: T, after: T) => boolean,
): Change<T>[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
    const [was, is] = [before.get(id), after.get(id)];
    if (was === is) return [];
    return [{ id, before: was, after: is, isWorse: was !== undefined && is !== undefined && isWorse(was, is) }];
  });
}

/** Writes the choices of a dialect as text: name and values, and in words what no choice covers. */
function choicesOf({ unsupported = {}, ...choices }: DialectFile): ReadonlyMap<string, string> {
  const named = Object.entries(choices).map(([id, choice]): [string, string] => {
    if (!isJsonObject(choice)) return [id, String(choice)];
    const { choice: name, ...values } = choice;
    return [id, [name, ...Object.values(values)].map(String).join(" ")];
  });
  const others = Object.entries(isJsonObject(unsupported) ? unsupported : {});
  return new Map([...named, ...others.map(([id, words]): [string, string] => [`${id}${besides}`, String(words)])]);
}

/** Identifies the report that another one is compared with. */
export function comparedReportName({ target, startedAt, seed }: Comparison["before"]): string {
  return printableText(`${target}, ${String(startedAt).slice(0, 10)}, seed ${seed}`, 200);
}

/**
 * Reads a `report.json`.
 * @throws RangeError that says what is wrong
 */
export function readReport(text: string): Report {
  const json = parseJsonFile(text);
  const { version, target, rules } = isJsonObject(json) ? json : {};
  const isRule = (rule: unknown) =>
    isJsonObject(rule) && leastSevereFirst.includes(rule["verdict"]) && typeof rule["id"] === "string";
  if (typeof target !== "string" || !Array.isArray(rules) || !rules.every(isRule)) {
    throw new RangeError("must be a report.json of widgets-mock contract");
  }
  if (version !== reportVersion) {
    throw new RangeError(`version of the report must be ${reportVersion}, got ${JSON.stringify(version)}`);
  }
  return json as unknown as Report;
}
