import type { CommandEntry, CommandTree } from "../command-entry.ts";

/** What each verb of `ctl` does; verbs with the same first word are a group. */
const summaries = {
  health: "Check that the mock is running",
  clock: {
    get: "Get the time",
    advance: "Advance the clock",
    freeze: "Freeze the clock",
    resume: "Resume the clock",
  },
  crawl: { end: "End a crawl", mode: "Get or set the crawl mode" },
  trigger: "Trigger an event",
  inspect: "Inspect a widget",
  site: { change: "Change a site's content" },
  webhooks: {
    list: "List webhook endpoints",
    add: "Add a webhook endpoint",
    remove: "Remove a webhook endpoint",
  },
  deliveries: { list: "List deliveries", resend: "Resend a delivery", settle: "Wait for deliveries" },
  keys: { create: "Create an API key", list: "List API keys", revoke: "Revoke an API key" },
  organizations: {
    list: "List organizations",
    quotas: "Set the quotas of an organization",
    remove: "Remove an organization",
  },
  faults: { list: "List faults", add: "Inject a fault", clear: "Clear all faults, or one" },
  requests: "List requests, export them as HAR, or follow what happens",
  verify: "Verify that requests were sent",
  trace: "Trace a request",
  coverage: { get: "Tell what clients have not met", reset: "Begin to count anew" },
  usage: "Usage records and quotas",
  worlds: "List worlds",
  scenarios: "List scenarios",
  reset: "Reset",
  snapshot: { export: "Export a snapshot", restore: "Restore a snapshot" },
} as const;

type Summaries = typeof summaries;

/** A verb as it is typed after `ctl`. */
export type VerbName = {
  [word in keyof Summaries]: Summaries[word] extends string ? word : `${word} ${keyof Summaries[word] & string}`;
}[keyof Summaries];

const groupSummaries: { readonly [word in keyof Summaries as Summaries[word] extends string ? never : word]: string } =
  {
    clock: "Read and move the clock",
    crawl: "End crawls, and change how they run",
    site: "Change the sites that crawls find",
    webhooks: "List, add and remove webhook endpoints",
    deliveries: "List, resend and wait for deliveries",
    keys: "Create, list and revoke the API keys of organizations",
    organizations: "List organizations, set their quotas, and remove them",
    faults: "List, inject and clear faults",
    coverage: "Count what clients meet of the API",
    snapshot: "Export and restore the state",
  };

/** The verbs of `ctl`; their code is loaded when one is called. */
export const ctlCommands: CommandTree = Object.fromEntries(
  Object.entries(summaries).map(([word, summary]) => {
    if (typeof summary === "string") return [word, entryOf(word as VerbName, summary)];
    const verbs = Object.entries(summary).map(([second, text]) => [
      second,
      entryOf(`${word} ${second}` as VerbName, text),
    ]);
    const group = groupSummaries[word as keyof typeof groupSummaries];
    return [word, { summary: group, commands: Object.fromEntries(verbs) }];
  }),
);

function entryOf(verb: VerbName, summary: string): CommandEntry {
  return {
    describe: async () => (await import("./verbs.ts")).describeVerb(verb, summary),
    run: async (invocation) => (await import("./run-verb.ts")).runVerb(verb, invocation),
    errorExitCode: 1,
  };
}
