/** What the live page of a proxy shows; the page's code knows these types, and nothing else of the proxy. */
export interface PageState {
  /** URL of the server. */
  readonly server: string;
  readonly version: string;
  readonly counts: {
    readonly requests: number;
    readonly widgets: number;
    readonly judged: number;
    readonly callers: number;
  };
  readonly findings: readonly PageFinding[];
  /** The newest requests, the newest first. */
  readonly exchanges: readonly PageExchange[];
  readonly issues: readonly PageIssue[];
  readonly assumptions: readonly PageAssumption[];
  /** The observed dialect, as `dialect.json` has it. */
  readonly dialect: object;
}

/** Something that was seen of a rule. */
export interface PageFinding {
  readonly rule: string;
  /** Text of the rule. */
  readonly says: string;
  readonly verdict: "fail" | "warn" | "possible";
  readonly message: string;
  readonly request: number | undefined;
  /** Why it is only possible, with the option that would settle it. */
  readonly doubt: string | undefined;
}

/** One request and what it was answered with. */
export interface PageExchange {
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly at: number;
  readonly caller: string;
  /** What the mock would have rejected it for. */
  readonly issues: readonly string[];
}

/** What the mock would have rejected. */
export interface PageIssue {
  readonly times: number;
  readonly operation: string;
  readonly place: string;
  readonly detail: string;
  readonly assumed: readonly string[];
}

/** An assumption that requests rest on. */
export interface PageAssumption {
  readonly rule: string;
  readonly says: string;
  readonly times: number;
}
