import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import type { SeenExchange } from "./seen-exchange.ts";

/** What the mock would have rejected, and how often it was sent. */
export interface ClientIssue {
  readonly operation: string;
  readonly problem: string;
  readonly place: string;
  readonly detail: string;
  readonly assumed: readonly RuleId[];
  readonly times: number;
  /** Number of the first request that had it. */
  readonly first: number;
  /** What the server answered, by status. */
  readonly statuses: readonly number[];
}

/** An assumed rule that requests rest on. */
export interface ClientAssumption {
  readonly rule: RuleId;
  readonly says: string;
  readonly times: number;
  readonly operations: readonly string[];
}

/** So many different issues are kept. */
const maxIssues = 500;

/** What clients sent, held against the document. */
export class ClientLog {
  readonly #document: WidgetsDocument;
  readonly #issues = new Map<string, ClientIssue>();
  readonly #assumptions = new Map<RuleId, { times: number; readonly operations: Set<string> }>();

  constructor(document: WidgetsDocument) {
    this.#document = document;
  }

  add({ n, operation = "none", status, checked }: SeenExchange): void {
    for (const { problem, place, detail, assumed } of checked.issues) {
      const key = `${operation} ${problem} ${place} ${detail}`;
      const before = this.#issues.get(key);
      if (!before && this.#issues.size >= maxIssues) continue;
      const statuses = [...new Set([...(before?.statuses ?? []), status])].slice(0, 5);
      const issue = { operation, problem, place, detail, assumed, first: before?.first ?? n, statuses };
      this.#issues.set(key, { ...issue, times: (before?.times ?? 0) + 1 });
    }
    for (const rule of checked.assumed) {
      const known = this.#assumptions.get(rule) ?? { times: 0, operations: new Set<string>() };
      known.times++;
      known.operations.add(operation);
      this.#assumptions.set(rule, known);
    }
  }

  /** What the mock would have rejected, in the order in which it was first sent. */
  get issues(): readonly ClientIssue[] {
    return [...this.#issues.values()];
  }

  /** What requests rest on, in the order of the document. */
  get assumptions(): readonly ClientAssumption[] {
    const rules = this.#document["x-rules"];
    return (Object.keys(rules) as RuleId[]).flatMap((rule) => {
      const found = this.#assumptions.get(rule);
      return found ? [{ rule, says: rules[rule].says, times: found.times, operations: [...found.operations] }] : [];
    });
  }
}
