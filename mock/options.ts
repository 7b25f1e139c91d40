import { didYouMean } from "../spec/nearest.ts";
import type { Observer } from "./observer.ts";
import type { ScenarioDefinition } from "./scenarios/scenario.ts";
import { type CrawlMode, parseCrawlMode } from "./world/crawl-mode.ts";
import { endOfTime, type TimeState } from "./world/time.ts";
import type { EndpointOptions } from "./world/webhooks/endpoint.ts";

/** How a mock is made; everything has a default. */
export interface MockOptions {
  /** How crawls run: `2s` (the default), `30s-60s`, `reads:3`, `manual` or `immediate`. */
  readonly crawl?: string;
  /** `real` (the default), `manual`, or `manual@<RFC 3339>`; a manual clock starts at 2026-01-01T00:00:00Z. */
  readonly clock?: string;
  /** A whole number; equal seeds give equal ids, durations and choices. The default is 1. */
  readonly seed?: number;
  /** From API keys to organizations. Without it every `sk_test_…` is its own organization, and all are known. */
  readonly apiKeys?: Readonly<Record<string, string>>;
  /** A dialect's name, or a map from assumed rules to choices. */
  readonly dialect?: unknown;
  /** Where every organization's webhooks go. */
  readonly webhooks?: readonly EndpointOptions[];
  /** The worlds that a reset may begin with, by name; `empty` is always one. */
  readonly scenarios?: Readonly<Record<string, ScenarioDefinition>>;
  /** What every organization's world begins with; `empty` by default. */
  readonly scenario?: string;
  /** Lets whoever has it call the control plane, from any machine; without it only this machine may. */
  readonly controlToken?: string;
  /** How many answers and how many happenings each world remembers; 1000 by default. */
  readonly journalEntries?: number;
  /** Is told of every answer and happening. */
  readonly observer?: Observer;
}

/** An option that cannot be read; the message is for the user. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** What each option is, where TypeScript does not look. */
const kinds: { readonly [option in keyof MockOptions]-?: (value: unknown) => boolean } = {
  crawl: isText,
  clock: isText,
  seed: (value) => typeof value === "number",
  apiKeys: (value) => isObject(value) && Object.values(value).every(isText),
  dialect: () => true,
  webhooks: (value) => Array.isArray(value) && value.every(isObject),
  scenarios: isObject,
  scenario: isText,
  controlToken: isText,
  journalEntries: (value) => typeof value === "number",
  observer: isObject,
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** @throws OptionError for what is no option, or not of its kind */
function checkKinds(options: MockOptions): void {
  if (!isObject(options)) throw new OptionError("The options are an object, or left out.");
  const names = Object.keys(kinds);
  for (const [name, value] of Object.entries(options)) {
    const fits = Object.hasOwn(kinds, name) ? kinds[name as keyof MockOptions] : undefined;
    if (!fits)
      throw new OptionError(`${name}: there is no such option.${didYouMean(name, names)} (${names.join(", ")})`);
    if (value !== undefined && !fits(value)) throw new OptionError(`${name}: this cannot be what was meant.`);
  }
}

/** The options with their defaults, read. */
export interface MockSettings {
  readonly crawl: CrawlMode;
  readonly time: TimeState;
  readonly seed: number;
  readonly scenario: string;
  readonly journalEntries: number;
}

const beginningOfTime = Date.parse("0000-01-01T00:00:00Z");
const manualStart = Date.UTC(2026, 0, 1);

/** @throws OptionError that says which option is wrong and what it takes */
export function readOptions(options: MockOptions): MockSettings {
  checkKinds(options);
  return settingsOf(options);
}

function settingsOf({
  crawl = "2s",
  clock = "real",
  seed = 1,
  scenario = "empty",
  controlToken,
  journalEntries = 1000,
}: MockOptions): MockSettings {
  checkSeed(seed);
  checkToken(controlToken);
  if (!Number.isSafeInteger(journalEntries) || journalEntries < 1) {
    throw new OptionError(`journalEntries: "${journalEntries}" is no whole number from 1 up.`);
  }
  return { crawl: readCrawl(crawl), time: readClock(clock), seed, scenario, journalEntries };
}

/** @throws OptionError for what is no seed */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new OptionError(`seed: "${seed}" is no whole number from 0 up.`);
  }
}

/** A header can carry no other characters. */
function checkToken(token: string | undefined): void {
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new OptionError("controlToken: give letters, digits and signs of ASCII, without spaces.");
  }
}

/** @throws OptionError that says how crawls can run */
export function readCrawl(text: string): CrawlMode {
  try {
    return parseCrawlMode(text);
  } catch (error) {
    throw new OptionError(`crawl: ${(error as Error).message}`);
  }
}

function readClock(text: string): TimeState {
  if (text === "real") return { running: true, aheadMs: 0 };
  if (text === "manual") return { running: false, at: manualStart };
  const time = /^manual@(.+)$/.exec(text)?.[1];
  const start = time === undefined ? Number.NaN : parseRfc3339(time);
  if (Number.isNaN(start)) {
    throw new OptionError(`clock: "${text}" is no clock. Give real, manual, or manual@2026-04-09T14:00:00Z.`);
  }
  return { running: false, at: start };
}

/** Milliseconds since the epoch, or NaN: a day that does not exist is none, where Date.parse would take the next one. */
function parseRfc3339(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const time = midnight.getUTCDate() === Number(day) ? Date.parse(text) : Number.NaN;
  return time >= beginningOfTime && time <= endOfTime ? time : Number.NaN;
}
