import type { ProblemType, WidgetsDocument } from "../spec/document.ts";
import type { Choices, RuleId } from "../spec/generated/rules.ts";
import type { ApiResponse } from "./api-response.ts";

/** One fault of a request, and where it is. */
export interface Issue {
  /** A JSON Pointer into the body, as a URI fragment (RFC 6901, section 6). */
  readonly pointer?: string;
  /** The query parameter or header at fault. */
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
}

/** What a refusal carries besides its name. */
export interface RefusalDetails {
  /** What is put in where the problem's detail has {names}. */
  readonly values?: Readonly<Record<string, string>>;
  /** The rule it follows, where it is not the problem's own. */
  readonly rule?: RuleId;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly Issue[];
  /** The rules that it leans on besides. */
  readonly assumptions?: readonly RuleId[];
}

/** Thrown where a request is refused; `problem` is a key of `x-problems`. */
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

/** How a refusal reads, in either form of A-ERR-1. */
type ProblemForm = (problem: { readonly [member: string]: unknown; code: string; detail: string }) => {
  readonly mediaType: ApiResponse["mediaType"];
  readonly body: string;
};

const forms: { readonly [form in Choices["A-ERR-1"]]: ProblemForm } = {
  problem: (problem) => ({ mediaType: "application/problem+json", body: JSON.stringify(problem) }),
  envelope: ({ code, detail }) => ({
    mediaType: "application/json",
    body: JSON.stringify({ error: { code, message: detail } }),
  }),
};

/** The problems that can be told of, and the rules they may follow. */
export interface Problems {
  readonly problems: { readonly [name: string]: ProblemType };
  readonly rules: WidgetsDocument["x-rules"];
  readonly form: Choices["A-ERR-1"];
}

/** The answer that a refusal becomes. */
export function refusalResponse(
  { problems, rules, form }: Problems,
  { problem, details }: Refusal,
  requestId: string,
): ApiResponse {
  const found = problems[problem];
  if (!found) throw new Error(`The document has no problem ${problem}.`);
  const { status, title, detail, code = problem } = found;
  const rule = details.rule ?? found.rule;
  const values: Readonly<Record<string, string>> = { ...details.values, request_id: requestId };
  const { mediaType, body } = forms[form]({
    type: "about:blank",
    title,
    status,
    detail: detail.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
    code,
    request_id: requestId,
    ...(details.issues ? { errors: details.issues } : {}),
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
