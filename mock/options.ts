import { type CheckedDocument, isCheckedDocument } from "../spec/checked-document.ts";
import { nearestOf } from "../spec/nearest.ts";
import {
  type Bound,
  type MockBound,
  type MockBounds,
  mockBoundNames,
  mockBounds,
  withDefaultBounds,
} from "./bounds.ts";
import type { FaultOptions } from "./faults/faults.ts";
import type { Observer } from "./observer.ts";
import { mustBe, OptionError } from "./option-error.ts";
import type { Quotas } from "./organizations/organizations.ts";
import type { GivenScenarios } from "./scenarios/scenario.ts";
import { type CrawlMode, parseCrawlMode } from "./world/crawl-mode.ts";
import { endOfTime, startOfTime, type TimeState } from "./world/time.ts";
import type { DeliveryFaults, EndpointOptions } from "./world/webhooks/endpoint.ts";

/** Options of `createMock`. All of them are optional. Those whose names begin with `max` or `journal` are bounds (docs/mock.md). */
export interface MockOptions extends Partial<MockBounds> {
  /** Crawl duration: `2s` (default), `30s-60s`, `reads:3`, `manual` or `immediate`. */
  readonly crawl?: string;
  /** Clock: `real` (default), `manual`, which starts at 2026-01-01T00:00:00Z, or `manual@<RFC 3339>`. */
  readonly clock?: string;
  /** Random seed, a non-negative integer (default 1). The same seed gives the same ids, durations and choices. */
  readonly seed?: number;
  /** Organizations by API key. By default every `sk_test_…` key is accepted, as an organization of its own. */
  readonly apiKeys?: Readonly<Record<string, string>>;
  /**
   * True accepts every `sk_test_…` key as an organization of its own, false only keys that were made with `keys.create` or are
   * in `apiKeys` (default: true without `apiKeys`, until the mock listens on another address than loopback).
   */
  readonly openKeys?: boolean;
  /** A changed OpenAPI document to serve, from `readDocument` of `widgets-mock/node` (default: the one of the package). */
  readonly document?: CheckedDocument;
  /** Dialect: a name, or an object that maps assumed rules to choices. */
  readonly dialect?: unknown;
  /** Webhook endpoints of every organization. */
  readonly webhooks?: readonly EndpointOptions[];
  /** Faults of every organization that are there from the start, and again after each reset of the mock. */
  readonly faults?: readonly FaultOptions[];
  /** Delivery faults of every webhook endpoint that has none of its own, besides those of the dialect. */
  readonly deliveryFaults?: DeliveryFaults;
  /**
   * Networks that webhooks may be sent to besides public addresses, such as `10.1.0.0/16`, once other machines can reach the
   * mock. Only endpoints that were added through `/_mock` are checked.
   */
  readonly webhookAllow?: readonly string[];
  /** Quotas of each organization, unless it has others of its own (default: none). */
  readonly quotas?: Quotas;
  /**
   * Scenarios of your own, by name, besides those that every mock has, such as `one-of-each`. A counterexample of the contract
   * tests, a file of `replay/` in a report, is one as well.
   */
  readonly scenarios?: GivenScenarios;
  /** Scenario that every organization starts with (default `empty`). */
  readonly scenario?: string;
  /** False switches `/_mock` off, but for `/_mock/health`; the controls in code stay (default true). */
  readonly control?: boolean;
  /** False switches off the web console and the demo site (default true). They need the control plane. */
  readonly console?: boolean;
  /** Token of an admin, who may use all of the control plane from any machine. Without it, programs on this one may. */
  readonly controlToken?: string;
  /** True lets anyone read `/metrics` (default false: whoever is an admin). */
  readonly openMetrics?: boolean;
  /**
   * True behind a reverse proxy that sets `X-Forwarded-Proto` and `X-Forwarded-Host`: links and origins are those that it
   * names, and every caller is a stranger without a token or a key (default false).
   */
  readonly trustProxy?: boolean;
  /** Callbacks for responses, happenings and errors. */
  readonly observer?: Observer;
}

/** The options with their defaults, parsed. */
export interface MockSettings {
  readonly crawl: CrawlMode;
  readonly time: TimeState;
  readonly seed: number;
  readonly scenario: string;
  readonly bounds: MockBounds;
}

interface Kind {
  /** To be read after "must be". */
  readonly expected: string;
  readonly matches: (value: unknown) => boolean;
}

const crawlExpected = 'a duration (2s) or a range (30s-60s) of up to a year, "reads:3", "manual" or "immediate"';
const clockExpected = '"real", "manual" or "manual@" and an RFC 3339 time (manual@2026-04-09T14:00:00Z)';
const seedExpected = "a non-negative integer";
const entriesExpected = "a positive integer";
const tokenExpected = "printable ASCII characters without spaces";

/** The kind of each option that is no bound, for callers without TypeScript. */
const ownKinds: { readonly [option in Exclude<keyof MockOptions, MockBound>]-?: Kind } = {
  crawl: { expected: crawlExpected, matches: isText },
  clock: { expected: clockExpected, matches: isText },
  seed: { expected: seedExpected, matches: (value) => typeof value === "number" },
  apiKeys: {
    expected: "an object that maps API keys to names of organizations",
    matches: (value) => isObject(value) && Object.values(value).every(isText),
  },
  openKeys: { expected: "true or false", matches: (value) => typeof value === "boolean" },
  document: { expected: "what readDocument of widgets-mock/node returns", matches: isCheckedDocument },
  dialect: { expected: "", matches: () => true },
  webhooks: {
    expected: "an array of objects with a url",
    matches: (value) => Array.isArray(value) && value.every(isObject),
  },
  faults: {
    expected: "an array of faults",
    matches: (value) => Array.isArray(value) && value.every(isObject),
  },
  deliveryFaults: { expected: "an object of delivery faults", matches: isObject },
  webhookAllow: {
    expected: "an array of networks, such as 10.1.0.0/16 or fd00::/8",
    matches: (value) => Array.isArray(value) && value.every(isText),
  },
  quotas: { expected: "an object of quotas by name", matches: isObject },
  scenarios: { expected: "an object of scenarios by name", matches: isObject },
  scenario: { expected: "the name of a scenario", matches: isText },
  control: { expected: "true or false", matches: (value) => typeof value === "boolean" },
  console: { expected: "true or false", matches: (value) => typeof value === "boolean" },
  openMetrics: { expected: "true or false", matches: (value) => typeof value === "boolean" },
  trustProxy: { expected: "true or false", matches: (value) => typeof value === "boolean" },
  controlToken: { expected: tokenExpected, matches: isText },
  observer: { expected: "an object of callbacks", matches: isObject },
};

/** True for an address with the length of its prefix, or alone (RFC 4632, RFC 4291). */
function isNetwork(text: string): boolean {
  const [, address = "", length = "0"] = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  if (address.includes(":")) return Number(length) <= 128 && URL.canParse(`http://[${address}]`);
  const bytes = address.split(".");
  return Number(length) <= 32 && bytes.length === 4 && bytes.every((byte) => byte !== "" && Number(byte) <= 255);
}

function kindOfBound({ min = 1 }: Bound): Kind {
  const expected = min === 0 ? seedExpected : entriesExpected;
  return { expected, matches: (value) => Number.isSafeInteger(value) && Number(value) >= min };
}

const kinds: { readonly [option: string]: Kind } = {
  ...ownKinds,
  ...Object.fromEntries(mockBoundNames.map((name) => [name, kindOfBound(mockBounds[name])])),
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const manualStart = Date.UTC(2026, 0, 1);

/** @throws OptionError for an unknown option, and for an invalid value */
export function readOptions(options: MockOptions): MockSettings {
  checkKinds(options);
  const { crawl = "2s", clock = "real", seed = 1, scenario = "empty", controlToken, webhookAllow = [] } = options;
  for (const network of webhookAllow) {
    if (isNetwork(network)) continue;
    throw new OptionError("webhookAllow", mustBe("a network such as 10.1.0.0/16 or fd00::/8", network));
  }
  checkSeed(seed);
  // A header can carry no other characters.
  if (controlToken !== undefined && !/^[\x21-\x7e]+$/.test(controlToken)) {
    throw new OptionError("controlToken", `must be ${tokenExpected}`);
  }
  const bounds = withDefaultBounds(options);
  return { crawl: readCrawl(crawl), time: readClock(clock), seed, scenario, bounds };
}

function checkKinds(options: MockOptions): void {
  if (!isObject(options)) throw new OptionError("options", mustBe("an object", options));
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (!kind) throw unknownOption(name);
    if (value !== undefined && !kind.matches(value)) throw new OptionError(name, mustBe(kind.expected, value));
  }
}

function unknownOption(name: string): OptionError {
  const names = Object.keys(kinds);
  const nearest = nearestOf(name, names);
  const hint = nearest === undefined ? `; the options are ${names.join(", ")}` : `, did you mean "${nearest}"?`;
  return new OptionError(name, `is unknown${hint}`, `unknown option "${name}"${hint}`);
}

/** @throws OptionError unless it is a non-negative integer */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new OptionError("seed", mustBe(seedExpected, seed));
}

/** @throws OptionError that lists the crawl modes */
export function readCrawl(text: string): CrawlMode {
  try {
    return parseCrawlMode(text);
  } catch {
    throw new OptionError("crawl", mustBe(crawlExpected, text));
  }
}

function readClock(text: string): TimeState {
  if (text === "real") return { running: true, aheadMs: 0 };
  if (text === "manual") return { running: false, at: manualStart };
  const time = /^manual@(.+)$/.exec(text)?.[1];
  const start = time === undefined ? Number.NaN : parseRfc3339(time);
  if (Number.isNaN(start)) throw new OptionError("clock", mustBe(clockExpected, text));
  return { running: false, at: start };
}

/** Milliseconds since the epoch, or NaN. Date.parse would take February 30 for March 2. */
function parseRfc3339(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const time = midnight.getUTCDate() === Number(day) ? Date.parse(text) : Number.NaN;
  return time >= startOfTime && time <= endOfTime ? time : Number.NaN;
}
