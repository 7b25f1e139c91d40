import { readFileSync } from "node:fs";
import {
  DialectError,
  type Effort,
  type ExpectLevel,
  expectationOf,
  type Plan,
  replayOf,
  type Target,
  type VerifyOptions,
} from "../contract-tests/index.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { readDialect } from "./read-dialect.ts";
import { type readFlags, UsageError, wholeNumber } from "./usage.ts";

/** The flags of `widgets-mock contract`. */
export const contractOptions = {
  "api-key": { type: "string" },
  "auth-header": { type: "string" },
  "second-api-key": { type: "string" },
  header: { type: "string", multiple: true },
  site: { type: "string", multiple: true },
  adapter: { type: "string" },
  "webhook-port": { type: "string" },
  "webhook-public-url": { type: "string" },
  "webhook-secret": { type: "string" },
  "webhook-subscribed": { type: "boolean" },
  effort: { type: "string" },
  seed: { type: "string" },
  rules: { type: "string", multiple: true },
  replay: { type: "string" },
  "max-widgets": { type: "string" },
  "max-rps": { type: "string" },
  "max-list-calls": { type: "string" },
  "time-limit": { type: "string" },
  "crawl-timeout": { type: "string" },
  "read-lag": { type: "string" },
  known: { type: "string" },
  expect: { type: "string" },
  "expect-level": { type: "string" },
  "fail-on": { type: "string" },
  "fail-on-not-observed": { type: "boolean" },
  compare: { type: "string" },
  plan: { type: "boolean" },
  judge: { type: "string" },
  clean: { type: "string" },
  report: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The flags as they were given. */
export type ContractFlags = ReturnType<typeof readFlags<typeof contractOptions>>;

const efforts: readonly Effort[] = ["quick", "normal", "thorough"];

/** @throws UsageError where there is no address, or no credential */
export function targetOf(flags: ContractFlags, positionals: readonly string[]): Target {
  const [baseUrl, ...others] = positionals;
  if (baseUrl === undefined || others.length > 0) {
    throw new UsageError("Give the address of the implementation, as in widgets-mock contract http://127.0.0.1:4010.");
  }
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    throw new UsageError(`"${baseUrl}" is no http or https address.`);
  }
  const key = flags["api-key"] ?? process.env["WIDGETS_API_KEY"];
  const own = flags["auth-header"] === undefined ? undefined : headerOf("--auth-header", flags["auth-header"]);
  if (own === undefined && (key === undefined || key === "")) {
    throw new UsageError(
      "Give the key with --api-key or in WIDGETS_API_KEY, or another credential with --auth-header.",
    );
  }
  const second = flags["second-api-key"];
  return {
    baseUrl: baseUrl.replace(/\/+$/, ""),
    credential: own ?? { authorization: `Bearer ${key}` },
    ...(second === undefined ? {} : { secondCredential: { authorization: `Bearer ${second}` } }),
    headers: Object.assign({}, ...(flags.header ?? []).map((text) => headerOf("--header", text))),
  };
}

function headerOf(flag: string, text: string): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(\S.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`${flag} takes 'Name: value', not "${text}".`);
  return { [name.toLowerCase()]: value };
}

/** @throws UsageError that names the flag */
export function optionsOf(flags: ContractFlags): VerifyOptions {
  const { effort, site } = flags;
  if (effort !== undefined && !efforts.includes(effort as Effort)) {
    throw new UsageError(`--effort is one of ${efforts.join(", ")}, not "${effort}".`);
  }
  const given: { [option in keyof VerifyOptions]: VerifyOptions[option] | undefined } = {
    effort: effort as Effort | undefined,
    sites: site,
    seed: whole(flags, "seed", Number.MAX_SAFE_INTEGER),
    maxWidgets: whole(flags, "max-widgets", 10_000),
    callsPerSecond: whole(flags, "max-rps", 10_000),
    maxListCalls: whole(flags, "max-list-calls", 1_000_000),
    timeLimitMs: time(flags, "time-limit"),
    crawlTimeoutMs: time(flags, "crawl-timeout"),
    readLagMs: time(flags, "read-lag"),
    reception: receptionOf(flags),
    rules: rulesOf(flags),
    replay: flags.replay === undefined ? undefined : replayIn(flags.replay),
    ...expectedOf(flags),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** @throws UsageError for what is no rule's id, and no pattern of one */
function rulesOf({ rules }: ContractFlags): RuleId[] | undefined {
  const patterns = rules?.flatMap((text) => text.split(",")).map((text) => text.trim());
  const all = Object.keys(publishedDocument["x-rules"]) as RuleId[];
  return patterns?.flatMap((pattern) => {
    const expression = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    const found = all.filter((rule) => new RegExp(`^${expression}$`, "i").test(rule));
    if (found.length > 0) return found;
    throw new UsageError(
      `--rules takes ids of rules such as PAUSE-4 or LIST-*, not "${pattern}". See widgets-mock spec --rules.`,
    );
  });
}

const levels: readonly ExpectLevel[] = ["warn", "fail"];

/**
 * The dialect that is expected, read and understood before anything is asked.
 * @throws UsageError that says what is wrong with it, and where
 */
export function expectedOf(flags: ContractFlags): Pick<VerifyOptions, "expect" | "expectLevel"> {
  const { expect: file, "expect-level": level = "warn" } = flags;
  if (!levels.includes(level as ExpectLevel)) throw new UsageError(`--expect-level is warn or fail, not "${level}".`);
  if (file === undefined) {
    if (flags["expect-level"] === undefined) return {};
    throw new UsageError("--expect-level goes with --expect, which says what is expected.");
  }
  const expected = { expect: readDialect(file, "--expect"), expectLevel: level as ExpectLevel };
  try {
    expectationOf(publishedDocument, expected);
  } catch (error) {
    if (error instanceof DialectError) throw new UsageError(`--expect ${file}: ${error.message}`);
    throw error;
  }
  return expected;
}

/** @throws UsageError for what is no counterexample */
function replayIn(file: string): Plan {
  try {
    return replayOf(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageError(`--replay ${file}: ${(error as Error).message}`);
  }
}

/** @throws UsageError for what only a receiver can have, where there is none */
function receptionOf(flags: ContractFlags): VerifyOptions["reception"] {
  const { "webhook-public-url": publicUrl, "webhook-secret": secret, "webhook-subscribed": isSubscribed } = flags;
  const port = whole(flags, "webhook-port", 65_535);
  if (port === undefined) {
    if (publicUrl === undefined && secret === undefined && !isSubscribed) return undefined;
    throw new UsageError("Webhooks need a receiver: give --webhook-port <n>, and let the target reach it.");
  }
  if (publicUrl !== undefined && (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol))) {
    throw new UsageError(`--webhook-public-url takes an http or https address, not "${publicUrl}".`);
  }
  if (secret !== undefined && !/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret)) {
    throw new UsageError("--webhook-secret takes whsec_ and 24 to 64 bytes in base64 (Standard Webhooks 1.0).");
  }
  return {
    port,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(secret === undefined ? {} : { secret }),
    ...(isSubscribed ? { isSubscribed } : {}),
  };
}

function whole(
  flags: ContractFlags,
  name: "seed" | "max-widgets" | "max-rps" | "max-list-calls" | "webhook-port",
  max: number,
) {
  const text = flags[name];
  return text === undefined ? undefined : wholeNumber(`--${name}`, text, max);
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

function time(flags: ContractFlags, name: "crawl-timeout" | "read-lag" | "time-limit"): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const [, count, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`--${name} takes a time such as 90s or 10m, not "${text}".`);
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}
