import { isJsonObject } from "../../spec/merge-patch.ts";
import type { DialectFile } from "../dialect/observe.ts";
import type { Verdict } from "../judge/judge.ts";
import type { Report } from "./report.ts";

/** How two reports differ. */
export interface Comparison {
  readonly before: Pick<Report, "target" | "began" | "seed">;
  /** The rules of which another verdict is given now, those first that are worse than before. */
  readonly verdicts: readonly Change<Verdict>[];
  /** The assumed rules that are filled otherwise now; none where not both reports have a dialect. */
  readonly dialect: readonly Change<string>[];
}

/** What was and what is; undefined where a report says nothing of it. */
export interface Change<T> {
  readonly id: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
  readonly isWorse: boolean;
}

/** How bad a verdict is; what was not judged is worse than what was found to be kept, and better than a breach. */
const gravity: { readonly [verdict in Verdict]: number } = {
  pass: 0,
  note: 1,
  "not-observed": 2,
  inconclusive: 3,
  error: 4,
  warn: 5,
  fail: 6,
};

/** How a report differs from an earlier one, or from that of another implementation. */
export function compareReports(before: Report, after: Report): Comparison {
  const { target, began, seed } = before;
  const verdictsOf = ({ rules }: Report) => new Map(rules.map(({ id, verdict }): [string, Verdict] => [id, verdict]));
  // A rule that one of them says nothing of was not among those that it was to judge.
  const verdicts = changesOf(verdictsOf(before), verdictsOf(after), (a, b) => gravity[b] > gravity[a]).filter(
    (change) => change.before !== undefined && change.after !== undefined,
  );
  const dialect =
    before.dialect && after.dialect ? changesOf(choicesOf(before.dialect), choicesOf(after.dialect), () => false) : [];
  return {
    before: { target, began, seed },
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

/** Choices as texts: a name, with its values where it has any; and in words what no choice names. */
function choicesOf({ unsupported = {}, ...choices }: DialectFile): ReadonlyMap<string, string> {
  const named = Object.entries(choices).map(([id, choice]): [string, string] => {
    if (!isJsonObject(choice)) return [id, String(choice)];
    const { choice: name, ...values } = choice;
    return [id, [name, ...Object.values(values)].map(String).join(" ")];
  });
  const others = Object.entries(isJsonObject(unsupported) ? unsupported : {});
  return new Map([...named, ...others.map(([id, words]): [string, string] => [`${id} besides`, String(words)])]);
}

/**
 * Reads a `report.json`.
 * @throws RangeError where it is none
 */
export function readReport(text: string): Report {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new RangeError(`is not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  const rules = isJsonObject(read) ? read["rules"] : undefined;
  const isRule = (rule: unknown) =>
    isJsonObject(rule) && Object.hasOwn(gravity, String(rule["verdict"])) && typeof rule["id"] === "string";
  if (!isJsonObject(read) || typeof read["target"] !== "string" || !Array.isArray(rules) || !rules.every(isRule)) {
    throw new RangeError("is no report.json of widgets-mock contract.");
  }
  return read as unknown as Report;
}
