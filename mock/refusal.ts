import type { Dialect } from "../spec/dialect.ts";
import type { ProblemType, WidgetsDocument } from "../spec/document.ts";
import type { Choices, RuleId } from "../spec/generated/rules.ts";
import type { Issue } from "../spec/request-issues.ts";
import { shownText } from "../spec/shown-text.ts";
import { document as controlDocument } from "./control-plane/document.ts";
import type { Answer } from "./http/answer.ts";

/** The details of a refusal. */
export interface RefusalDetails {
  /** Values for the {names} in the problem's detail. */
  readonly values?: Readonly<Record<string, string>>;
  /** The rule it follows (default: the problem's own). */
  readonly rule?: RuleId;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly Issue[];
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Further assumed rules that it rests on. */
  readonly assumptions?: readonly RuleId[];
}

/** Thrown to reject a request; `problem` is a key of `x-problems`. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problem: string;
  readonly details: RefusalDetails;

  constructor(problem: string, details: RefusalDetails = {}) {
    super(problem);
    this.problem = problem;
    this.details = details;
  }
}

/** Writes a problem in one of the forms of A-ERR-1. */
type ProblemForm = (problem: { readonly [member: string]: unknown; code: string; detail: string }) => {
  readonly mediaType: string;
  readonly body: string;
};

const forms: { readonly [form in Choices["A-ERR-1"]]: ProblemForm } = {
  problem: (problem) => ({ mediaType: "application/problem+json", body: JSON.stringify(problem) }),
  envelope: ({ code, detail }) => ({
    mediaType: "application/json",
    body: JSON.stringify({ error: { code, message: detail } }),
  }),
};

/** The problems that a refusal may name, and the form they are written in. */
export interface Problems {
  readonly problems: { readonly [name: string]: ProblemType };
  readonly rules: WidgetsDocument["x-rules"];
  readonly form: Choices["A-ERR-1"];
}

/** The problems of the API in a dialect, and those that only a mock has. */
export function apiProblems({ document, choices }: Dialect): Problems {
  return {
    problems: { ...controlDocument["x-problems"], ...document["x-problems"] },
    rules: document["x-rules"],
    form: choices["A-ERR-1"],
  };
}

/** Makes the answer to a rejected request. */
export function refusalAnswer(
  { problems, rules, form }: Problems,
  { problem, details }: Refusal,
  requestId: string,
): Answer & { readonly body: string } {
  const found = problems[problem];
  if (!found) throw new Error(`The document has no problem ${problem}.`);
  const { status, title, detail, code = problem } = found;
  const rule = details.rule ?? found.rule;
  const values: Readonly<Record<string, string>> = { ...details.values, request_id: requestId };
  const { mediaType, body } = forms[form]({
    type: "about:blank",
    title,
    status,
    detail: detail.replace(/\{(\w+)\}/g, (whole, name: string) => shownText(values[name] ?? whole, maxShown)),
    code,
    request_id: requestId,
    ...(details.issues ? { errors: details.issues.map(shownIssue) } : {}),
    ...details.members,
  });
  const assumed = [...new Set<RuleId>(["A-ERR-1", found.rule, rule, ...(details.assumptions ?? [])])];
  return {
    status,
    body,
    mediaType,
    headers: details.headers ?? {},
    assumed: assumed.filter((id) => rules[id].basis === "assumed"),
    code,
    rule,
  };
}

/** Longer texts of a request are cut, so that a response is not larger than its request. */
const maxShown = 2000;

function shownIssue(issue: Issue): Issue {
  return { ...issue, detail: shownText(issue.detail, maxShown) };
}
