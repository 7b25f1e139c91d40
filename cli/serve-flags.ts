import { scenarios } from "../fixtures/generated/scenarios.ts";
import {
  createMock,
  DialectError,
  type EndpointOptions,
  type Mock,
  type MockOptions,
  OptionError,
  type Scenarios,
} from "../mock/index.ts";
import type { Timing } from "../spec/document.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { readDialect } from "./read-dialect.ts";
import { type readFlags, UsageError, wholeNumber } from "./usage.ts";

const { min, max } = (publishedDocument["x-timing"]["firstCrawl"] as Timing).seconds;
/** How long a crawl really takes, as the document has it. */
const realistic = `${min}s-${max}s`;

/** The flags of `widgets-mock serve`. */
export const options = {
  port: { type: "string", default: "4010" },
  host: { type: "string", default: "127.0.0.1" },
  crawl: { type: "string" },
  realistic: { type: "boolean" },
  clock: { type: "string" },
  seed: { type: "string" },
  "api-key": { type: "string", multiple: true },
  dialect: { type: "string" },
  scenario: { type: "string" },
  "control-token": { type: "string" },
  "webhook-url": { type: "string", multiple: true },
  "webhook-secret": { type: "string" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/** The flags as they were given. */
export type Flags = ReturnType<typeof readFlags<typeof options>>;

/**
 * Makes the mock that the flags ask for.
 * @throws UsageError that names the flag
 */
export function createMockFor(flags: Flags, observer: NonNullable<MockOptions["observer"]>): Mock {
  checkTogether(flags);
  try {
    return createMock({ observer, ...readOptions(flags) });
  } catch (error) {
    if (error instanceof OptionError) {
      const webhookFlag = error.message.includes("secret") ? "webhook-secret:" : "webhook-url:";
      throw new UsageError(
        `--${error.message.replace(/^webhooks:/, webhookFlag).replace(/^controlToken/, "control-token")}`,
      );
    }
    if (error instanceof DialectError) throw new UsageError(`--dialect ${flags.dialect}: ${error.message}`);
    throw error;
  }
}

function checkTogether({ realistic, crawl, json, quiet, "webhook-url": urls, "webhook-secret": secret }: Flags): void {
  if (realistic && crawl !== undefined) throw new UsageError("Give --realistic or --crawl, not both.");
  if (json && quiet) throw new UsageError("Give --json or --quiet, not both.");
  if (secret !== undefined && urls === undefined) {
    throw new UsageError("--webhook-secret goes with --webhook-url, which says where events go.");
  }
}

function readOptions(flags: Flags): MockOptions {
  const given: { [option in keyof MockOptions]: MockOptions[option] | undefined } = {
    seed: flags.seed === undefined ? undefined : wholeNumber("--seed", flags.seed, Number.MAX_SAFE_INTEGER),
    crawl: flags.realistic ? realistic : flags.crawl,
    clock: flags.clock,
    apiKeys: flags["api-key"] && readKeys(flags["api-key"]),
    dialect: flags.dialect && readDialect(flags.dialect),
    scenarios: scenarios as Scenarios,
    scenario: flags.scenario,
    controlToken: flags["control-token"],
    webhooks: flags["webhook-url"] && readEndpoints(flags["webhook-url"], flags["webhook-secret"]),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function readEndpoints(urls: readonly string[], secret: string | undefined): EndpointOptions[] {
  return urls.map((url) => ({ url, ...(secret === undefined ? {} : { secret }) }));
}

/** From keys to organizations; a key alone is its own. */
export function readKeys(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [key = "", organization = key] = text.split(/=(.*)/s);
      if (!/^[\x21-\x7e]+$/.test(key) || key.includes(",") || organization === "") {
        throw new UsageError(`--api-key takes a key, or key=organization, not "${text}".`);
      }
      if (key.startsWith("sk_live_")) throw new UsageError("--api-key takes no live key; give one of your own making.");
      return [key, organization];
    }),
  );
}
