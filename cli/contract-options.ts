import { defined } from "../contract-tests/defined.ts";
import {
  DialectError,
  expectationOf,
  type Plan,
  replayOf,
  type Target,
  type VerifyOptions,
} from "../contract-tests/index.ts";
import type { Fields } from "../contract-tests/target.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { isJsonObject, type Json } from "../spec/merge-patch.ts";
import { parseJsonFile } from "../spec/text/parse-json-file.ts";
import { UsageError } from "./command-line/command.ts";
import { adviceForRule } from "./command-line/suggestion.ts";
import { connectionOf } from "./connection-options.ts";
import type { VerdictCall } from "./contract-files.ts";
import type { ContractCall, ContractFlags } from "./contract-flags.ts";
import { readDialect } from "./read-dialect.ts";
import { readGivenFile } from "./read-given-file.ts";

/** @throws UsageError where there is no URL, or no credential */
export function targetOf(call: ContractCall): Target {
  const { url, apiKey, secondApiKey, authHeader, header = [] } = call.flags;
  if (url === undefined) {
    throw new UsageError("missing <base-url>, as in: widgets-mock contract https://staging.example.com");
  }
  if (!URL.canParse(url)) throw new UsageError(`<base-url> must be an http or https URL, got "${url}"`);
  if (new URL(url).username !== "" || new URL(url).password !== "") {
    throw new UsageError(
      "<base-url> must have no user or password: pass --auth-header 'Authorization: Basic <base64>'",
    );
  }
  if (authHeader === undefined && apiKey === undefined) {
    throw new UsageError("missing API key: set WIDGETS_API_KEY, or pass --api-key or --auth-header");
  }
  const credential = authHeader === undefined ? { authorization: `Bearer ${apiKey}` } : parseHeader(authHeader);
  return {
    baseUrl: url.replace(/\/+$/, ""),
    credential,
    ...(secondApiKey === undefined ? {} : { secondCredential: withKey(credential, secondApiKey) }),
    headers: Object.assign({}, ...header.map(parseHeader)),
    connection: { ...connectionOf(call), ...defined({ userAgent: call.flags.userAgent }) },
  };
}

/** A credential with another key, in the same header field and by the same scheme. */
function withKey(credential: Fields, key: string): Fields {
  return Object.fromEntries(
    Object.entries(credential).map(([name, value]) => {
      const [scheme] = /^[\w-]+ (?=\S+$)/.exec(value) ?? [""];
      return [name, scheme + key];
    }),
  );
}

/** A header in the form that the flags have checked. */
function parseHeader(text: string): Record<string, string> {
  const colon = text.indexOf(":");
  return { [text.slice(0, colon).toLowerCase()]: text.slice(colon + 1).trimStart() };
}

/** @throws UsageError that names the flag */
export function verifyOptionsOf(call: ContractCall, document: WidgetsDocument): VerifyOptions {
  const { flags, sourceOf } = call;
  const replayed = flags.replay === undefined ? undefined : readReplay(flags.replay, sourceOf("replay"), document);
  const given: { [option in keyof VerifyOptions]: VerifyOptions[option] | undefined } = {
    document,
    effort: flags.effort,
    sites: flags.site,
    seed: flags.seed,
    targetVersion: flags.targetVersion,
    maxWidgets: flags.maxWidgets,
    callsPerSecond: flags.maxRps,
    maxListCalls: flags.maxListCalls,
    timeLimitMs: flags.timeLimit,
    crawlTimeoutMs: flags.crawlTimeout,
    readLagMs: flags.readLag,
    wrongCredentials: flags.noWrongCredentials === true ? false : undefined,
    reception: receptionOf(flags),
    rules: selectedRules(call, document) ?? replayed?.rules,
    replay: replayed?.plan,
    ...expectedDialectOf(call, document),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** @throws UsageError for an id or a pattern that no rule has */
function selectedRules({ flags: { rules }, sourceOf }: ContractCall, document: WidgetsDocument): RuleId[] | undefined {
  const all = Object.keys(document["x-rules"]) as RuleId[];
  const patterns = rules?.flatMap((text) => text.split(",")).map((text) => text.trim());
  return patterns?.flatMap((pattern) => {
    const expression = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    const found = all.filter((rule) => new RegExp(`^${expression}$`, "i").test(rule));
    if (found.length > 0) return found;
    const advice = adviceForRule(pattern.toUpperCase(), all);
    throw new UsageError(`${sourceOf("rules")}: no rule matches "${pattern}"${advice}`);
  });
}

/**
 * The dialect that is expected, read and checked before the first request.
 * @throws UsageError that says what is wrong with it, and where
 */
export function expectedDialectOf(
  { flags: { expect: given, expectLevel = "warn" }, sourceOf }: VerdictCall,
  document: WidgetsDocument,
): Pick<VerifyOptions, "expect" | "expectLevel"> {
  if (given === undefined) return {};
  const expected = { expect: readDialect(given, sourceOf("expect")), expectLevel };
  try {
    expectationOf(document, expected);
  } catch (error) {
    if (error instanceof DialectError) throw new UsageError(`${sourceOf("expect")} ${given}: ${error.message}`);
    throw error;
  }
  return expected;
}

/**
 * What a reproduction does, and the rule that it is about.
 * @throws UsageError for a file without a reproduction
 */
function readReplay(
  file: string,
  source: string,
  document: WidgetsDocument,
): { readonly plan: Plan; readonly rules: RuleId[] | undefined } {
  return readGivenFile(source, file, (text) => {
    const json = parseJsonFile(text) as Json;
    const plan = replayOf(document, json);
    const rule = Object.keys(document["x-rules"]).find((id) => isJsonObject(json) && id === json["rule"]);
    return { plan, rules: rule === undefined ? undefined : [rule as RuleId] };
  });
}

function receptionOf(flags: ContractFlags): VerifyOptions["reception"] {
  const { webhookPort: port, webhookPublicUrl: publicUrl, webhookSecret: secret, webhookSubscribed } = flags;
  if (port === undefined) return undefined;
  return {
    port,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(secret === undefined ? {} : { secret }),
    ...(webhookSubscribed ? { isSubscribed: true } : {}),
  };
}
