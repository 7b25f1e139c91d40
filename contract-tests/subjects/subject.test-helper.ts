import type { Mock, MockOptions } from "../../mock/index.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { VerifyOptions } from "../options.ts";
import type { User } from "./user.test-helper.ts";

/** An implementation under test: a function from Request to Response, and what moves its time. */
export interface Subject {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Moves its (manual) clock. */
  readonly advance: (milliseconds: number) => void;
  readonly close: () => void;
  /** Where its events can be had to go (control plane of the mock underneath), for webhook mutants. */
  readonly mock: Mock;
  /**
   * What becomes of an event between the mock underneath and its receiver; undefined where it gets lost. Left out where
   * events are as the mock sends them.
   */
  readonly deliver?: (event: Delivered) => Delivered | undefined;
}

/** An event as a receiver gets it. */
export interface Delivered {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An implementation with one deliberate bug. */
export interface Mutant {
  /** kebab-case, unique. */
  readonly id: string;
  /** The documented rule it breaks. */
  readonly rule: RuleId;
  /** One sentence: what is wrong. */
  readonly says: string;
  /** What it takes to see it, where that is more than a normal run. */
  readonly effort?: "thorough";
  /** Other documented rules that it cannot help breaking. */
  readonly alsoBreaks: readonly RuleId[];
  readonly build: (options?: MockOptions) => Subject;
}

/** An implementation that differs from the mock's default in a way that is honest. */
export interface Variant {
  /** kebab-case, unique. */
  readonly id: string;
  /** The assumed rules that it answers otherwise. */
  readonly rules: readonly RuleId[];
  /** One sentence: what it does instead. */
  readonly says: string;
  /** Documented rules that the rule book lets the kit warn about here; usually none. */
  readonly mayWarn: readonly RuleId[];
  /** How it wants to be told who calls, where that is not `Authorization: Bearer <key>`. */
  readonly authorize?: Authorization;
  /** What whoever points the contract tests at it tells them. */
  readonly told?: Pick<VerifyOptions, "readLagMs" | "sites">;
  readonly build: (options?: MockOptions) => Subject;
}

/** The header that a key is sent in. */
export interface Authorization {
  readonly header: string;
  readonly value: (key: string) => string;
}

/** A few calls that tell one subject from the healthy mock: true where its peculiarity shows. */
export type Probe = (user: User) => Promise<boolean>;

/** What has a probe of its own. */
export interface Probed {
  readonly shows: Probe;
}
