import { mockBoundNames } from "../mock/bounds.ts";
import { createMock, DialectError, type Mock, type MockOptions, OptionError } from "../mock/index.ts";
import type { StoredMock } from "../mock/store/open-mock.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import { documentOf } from "./document-flag.ts";
import { readDialect } from "./read-dialect.ts";
import { readQuotas } from "./read-quotas.ts";
import { readScenario, scenarioFileError } from "./read-scenario.ts";
import { realisticCrawl, type serveCommand } from "./serve-flags.ts";

/** Drawn seeds are below it. No secret depends on them, and to load `node:crypto` takes a tenth of the start. */
const drawnSeeds = 2 ** 48;

type ServeCall = Pick<Invocation<typeof serveCommand.flags>, "flags" | "sourceOf">;

/**
 * Creates the mock that the flags ask for.
 * @throws UsageError that names the flag
 */
export async function createMockFor(
  { flags, sourceOf }: ServeCall,
  observer: NonNullable<MockOptions["observer"]>,
): Promise<Mock | StoredMock> {
  const document = await documentOf({ flags, sourceOf });
  try {
    const options = { observer, ...(document && { document }), ...mockOptionsOf({ flags, sourceOf }) };
    const { state, database } = flags;
    if (database !== undefined) return await openDatabaseMock(database, options);
    if (state === undefined) return createMock(options);
    // Loaded only here: most mocks keep their state in memory.
    const { openMock } = await import("../mock/store/folder/open-folder-mock.ts");
    return await openMock({ ...options, state });
  } catch (error) {
    if (error instanceof OptionError) {
      const ofFile = scenarioFileError(error, flags.scenario, sourceOf("scenario"));
      throw ofFile ?? new UsageError(`${sourceOf(flagOf(error.field))} ${error.problem}`);
    }
    if (error instanceof DialectError) throw new UsageError(`${sourceOf("dialect")}: ${error.message}`);
    throw error;
  }
}

/** How long a database may take to start, which is often started together with the mock. */
const databasePatienceMs = 30_000;

/** Opens a mock whose state is in a database. Its code is loaded only then. */
async function openDatabaseMock(url: string, options: MockOptions): Promise<StoredMock> {
  const [{ openMockWith }, { postgresStore }] = await Promise.all([
    import("../mock/store/open-mock.ts"),
    import("../mock/store/postgres/postgres-store.ts"),
  ]);
  const onWaiting = (reason: string) => process.stderr.write(`widgets-mock: waiting for the database: ${reason}\n`);
  return openMockWith(postgresStore({ url, patienceMs: databasePatienceMs, onWaiting }), options);
}

type ServeFlag = keyof typeof serveCommand.flags & string;

/** The flag that an option of the mock was set by. */
function flagOf(field: string): ServeFlag {
  if (field.startsWith("webhooks[")) return field.endsWith(".secret") ? "webhookSecret" : "webhookUrl";
  if (field.startsWith("quotas")) return "quota";
  return field === "apiKeys" ? "apiKey" : (field as ServeFlag);
}

function mockOptionsOf({ flags, sourceOf }: ServeCall): MockOptions {
  return {
    seed: flags.seed ?? Math.floor(Math.random() * drawnSeeds),
    crawl: flags.realistic ? realisticCrawl : flags.crawl,
    clock: flags.clock,
    dialect: readDialect(flags.dialect, sourceOf("dialect")),
    ...readScenario(flags.scenario, sourceOf("scenario")),
    ...(flags.apiKey && { apiKeys: readApiKeys(flags.apiKey) }),
    ...(flags.openKeys && { openKeys: true }),
    ...(flags.openMetrics && { openMetrics: true }),
    ...(flags.trustProxy && { trustProxy: true }),
    ...(flags.quota && { quotas: readQuotas(flags.quota) }),
    control: !flags.noControl,
    console: !flags.noConsole,
    ...Object.fromEntries(mockBoundNames.map((name) => [name, flags[name]])),
    ...(flags.controlToken !== undefined && { controlToken: flags.controlToken }),
    ...(flags.webhookAllow && { webhookAllow: flags.webhookAllow }),
    ...(flags.webhookUrl && {
      webhooks: flags.webhookUrl.map((url) => ({
        url,
        ...(flags.webhookSecret !== undefined && { secret: flags.webhookSecret }),
      })),
    }),
  };
}

/** The organizations by their keys; a key alone is its own organization. */
export function readApiKeys(given: readonly string[]): Record<string, string> {
  const organizations = new Map<string, string>();
  for (const [index, text] of given.entries()) {
    const [key = "", organization = key] = text.split(/=(.*)/s);
    if (key.startsWith("sk_live_")) throw new UsageError("--api-key must not be a live key; make one up");
    const first = [...organizations.keys()].indexOf(key);
    if (first !== -1) throw new UsageError(`--api-key: the keys #${first + 1} and #${index + 1} are the same`);
    organizations.set(key, organization);
  }
  return Object.fromEntries(organizations);
}
