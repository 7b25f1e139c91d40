import type { RemoteControls } from "../../mock/controls/control-groups.ts";
import type { ControlInput, ControlOutput } from "../../mock/controls/control-types.ts";
import { coverageClause, coverageText } from "../../mock/coverage/report/coverage-text.ts";
import { type Command, UsageError } from "../command-line/command.ts";
import { type Flags, type FlagValues, withSecretFiles } from "../command-line/flag.ts";
import { readQuotas } from "../read-quotas.ts";
import type { VerbName } from "./ctl-commands.ts";
import { ctlCommand, ctlFlags } from "./ctl-flags.ts";
import * as text from "./ctl-text.ts";
import { readJsonFile, writeJsonFile } from "./json-files.ts";

/** A verb of `ctl`: a view of one or two controls. */
export interface Verb<Table extends Flags = Flags, Output = unknown> {
  /** Its own flags, beside those of every verb. */
  readonly flags: Table;
  readonly description?: readonly string[];
  /** Uses the controls of the mock. */
  readonly run: (controls: RemoteControls, flags: FlagValues<Table>, cwd: string) => Promise<Output>;
  /** The response for reading. */
  readonly text: (output: Output, flags: FlagValues<Table>) => string;
}

/** Ties a verb's parts together, so that their types agree. */
function verb<const Table extends Flags, Output>(parts: Verb<Table, Output>): Verb {
  return parts as unknown as Verb;
}

function argument(placeholder: string, description: string) {
  return { kind: "text", positional: true, required: true, placeholder, description } as const;
}

function optionalArgument(placeholder: string, description: string) {
  return { kind: "text", positional: true, placeholder, description } as const;
}

const widget = argument("widget", "Id of the widget");
const fail = { kind: "switch", description: "Let the crawl fail", inConfig: false } as const;
const outcomeOf = (flags: { readonly fail: boolean }) => (flags.fail ? "failed" : "succeeded");

const clockVerbs = {
  "clock get": verb({ flags: {}, run: ({ clock }) => clock.get(), text: text.clock }),
  "clock advance": verb({
    flags: {
      duration: { ...argument("duration", "How far, such as 500ms, 60s, 10m, 2h or 1d"), kind: "duration" },
    },
    run: ({ clock }, { duration }) => clock.advance({ seconds: duration / 1000 }),
    text: (advanced) => [text.clock(advanced), text.happenings(advanced.happened)].filter(Boolean).join("\n"),
  }),
  "clock freeze": verb({ flags: {}, run: ({ clock }) => clock.freeze(), text: text.clock }),
  "clock resume": verb({ flags: {}, run: ({ clock }) => clock.resume(), text: text.clock }),
};

const widgetVerbs = {
  "crawl end": verb({
    flags: { widget: optionalArgument("widget", "Id of the widget; without it, every running crawl ends"), fail },
    run: async ({ crawls, widgets }, { widget: id, fail: failed }) => {
      const outcome = outcomeOf({ fail: failed });
      return id === undefined ? crawls.end({ outcome }) : { happened: [await widgets.endCrawl({ id, outcome })] };
    },
    text: ({ happened }) => text.happenings(happened) || "no crawl is running",
  }),
  "crawl mode": verb({
    flags: {
      mode: optionalArgument(
        "mode",
        "How crawls run: 2s, 30s-60s, reads:3, manual or immediate; without it, show the mode",
      ),
    },
    run: ({ crawls }, { mode }) => (mode === undefined ? crawls.get() : crawls.set({ mode })),
    text: ({ mode }) => mode,
  }),
  trigger: verb({
    flags: { widget, fail },
    description: [
      "A crawl ends at once: the first one sends widget.ready, a later one widget.recrawled, a failed one " +
        "widget.crawl_failed.",
    ],
    run: ({ widgets }, flags) => widgets.trigger({ id: flags.widget, outcome: outcomeOf(flags) }),
    text: (happening) => text.happenings([happening]),
  }),
  inspect: verb({
    flags: { widget },
    run: ({ widgets }, flags) => widgets.inspect({ id: flags.widget }),
    text: text.inspection,
  }),
  "site change": verb({
    flags: { site: argument("url", "The site_url whose content changes") },
    run: ({ sites }, { site }) => sites.change({ site_url: site }),
    text: ({ host, revision }) => `the next crawl of ${host} finds revision ${revision}`,
  }),
};

const webhookVerbs = {
  "webhooks list": verb({ flags: {}, run: ({ webhooks }) => webhooks.list(), text: text.endpoints }),
  "webhooks add": verb({
    flags: withSecretFiles({
      endpoint: argument("url", "Where to send events"),
      secret: {
        kind: "text",
        isSecret: true,
        inConfig: false,
        description: 'What to sign them with: "whsec_" and 24 to 64 bytes in base64',
      },
    }),
    run: ({ webhooks }, { endpoint: url, secret }) =>
      webhooks.add({ url, ...(secret === undefined ? {} : { secret }) }),
    text: (endpoint) => text.endpoints({ endpoints: [endpoint] }),
  }),
  "webhooks remove": verb({
    flags: { endpoint: argument("id", "Id of the endpoint") },
    run: ({ webhooks }, { endpoint }) => webhooks.remove({ endpoint_id: endpoint }),
    text: ({ id, url }) => `removed ${id}, ${url}`,
  }),
  "deliveries list": verb({ flags: {}, run: ({ deliveries }) => deliveries.list(), text: text.deliveries }),
  "deliveries resend": verb({
    flags: { delivery: argument("id", "Id of the delivery (its webhook-id)") },
    run: ({ deliveries }, { delivery }) => deliveries.resend({ delivery_id: delivery }),
    text: (delivery) => text.deliveries({ deliveries: [delivery] }),
  }),
  "deliveries settle": verb({ flags: {}, run: ({ deliveries }) => deliveries.settle(), text: text.deliveries }),
};

const organization = argument("organization", "Name of the organization");

const organizationVerbs = {
  "keys create": verb({
    flags: {
      organization: argument("organization", "Whose key it is; it is created if there is none of this name"),
      name: { kind: "text", inConfig: false, description: "What the key is for, such as staging" },
    },
    description: ["Prints the key. It is shown only now: the mock keeps a hash of it."],
    run: ({ keys }, flags) => keys.create({ organization: flags.organization, ...givenOf({ name: flags.name }) }),
    text: ({ key }) => key,
  }),
  "keys list": verb({
    flags: { organization: optionalArgument("organization", "Only the keys of this organization") },
    run: async ({ organizations }, { organization: only }) =>
      only === undefined
        ? { organizations: await allOrganizations(organizations) }
        : { organizations: [await organizations.get({ organization: only })] },
    text: text.keys,
  }),
  "keys revoke": verb({
    flags: { id: argument("id", 'Id of the key, from "ctl keys list"') },
    run: ({ keys }, { id }) => keys.revoke({ key_id: id }),
    text: ({ id, revoked_at }) => `revoked ${id} at ${revoked_at}`,
  }),
  "organizations list": verb({
    flags: {},
    run: async ({ organizations }) => ({ organizations: await allOrganizations(organizations) }),
    text: text.organizations,
  }),
  "organizations quotas": verb({
    flags: {
      organization,
      quota: {
        kind: "text",
        repeatable: true,
        placeholder: "name=n",
        inConfig: false,
        description: "Such as widgets=50",
      },
    },
    description: [
      "Replaces the quotas of its own. One that is left out is as the mock was started with, or unlimited.",
    ],
    run: ({ organizations }, { organization: name, quota = [] }) =>
      organizations.setQuotas({ organization: name, ...readQuotas(quota) }),
    text: (one) => text.organizations({ organizations: [one] }),
  }),
  "organizations remove": verb({
    flags: { organization },
    description: ["Removes its keys and everything in its world."],
    run: ({ organizations }, flags) => organizations.remove({ organization: flags.organization }),
    text: ({ organization: name }) => `removed ${name}`,
  }),
};

/** Organizations are listed so many at a time. */
const organizationsAtATime = 1000;

async function allOrganizations({ list }: RemoteControls["organizations"]) {
  const all: ControlOutput<"listOrganizations">["organizations"] = [];
  for (;;) {
    const { organizations, total } = await list({ offset: all.length, limit: organizationsAtATime });
    all.push(...organizations);
    if (organizations.length === 0 || all.length >= total) return all;
  }
}

const faultFlags = {
  fault: optionalArgument("json", 'The fault as JSON, such as \'{"status":503,"calls":3}\'; or use the options'),
  operation: { kind: "text", inConfig: false, description: "Only for this operation, such as createWidget" },
  status: { kind: "integer", min: 400, max: 599, inConfig: false, description: "Respond with this status" },
  latency: { kind: "duration", inConfig: false, description: "Delay the response, such as 500ms" },
  connection: {
    kind: "text",
    choices: ["reset", "truncate"],
    inConfig: false,
    description: "Close the connection before the response, or in the middle of its body",
  },
  carriedOut: { kind: "switch", inConfig: false, description: "Carry the operation out, and lose only its response" },
  rateLimit: {
    kind: "text",
    placeholder: "n/seconds",
    pattern: "\\d+/\\d+",
    expected: "calls and seconds, such as 100/60",
    inConfig: false,
    description: "Allow so many calls in so many seconds, such as 100/60",
  },
  calls: { kind: "integer", min: 1, max: 1_000_000_000, inConfig: false, description: "Only the next calls" },
  share: {
    kind: "text",
    pattern: "0(\\.\\d+)?|1",
    expected: "a number from 0 to 1",
    inConfig: false,
    description: "Only a share of the calls, from 0 to 1",
  },
} as const satisfies Flags;

const faultVerbs = {
  "faults list": verb({ flags: {}, run: ({ faults }) => faults.list(), text: text.faults }),
  "faults add": verb({
    flags: faultFlags,
    run: ({ faults }, flags) => faults.add(faultOf(flags)),
    text: (fault) => text.faults({ faults: [fault] }),
  }),
  "faults clear": verb({
    flags: { fault: optionalArgument("id", "Id of the fault; without it, all are removed") },
    run: async ({ faults }, { fault }) =>
      fault === undefined ? { ...(await faults.clear()) } : { faults: [await faults.remove({ fault_id: fault })] },
    text: ({ faults }, { fault }) =>
      fault === undefined ? "removed all faults" : `removed ${text.faults({ faults })}`,
  }),
};

function faultOf(flags: FlagValues<typeof faultFlags>) {
  const { fault, operation, status, latency, connection, carriedOut, rateLimit, calls, share } = flags;
  const [limit, windowSeconds] = rateLimit?.split("/").map(Number) ?? [];
  const fromOptions = {
    operation,
    status,
    latencyMs: latency,
    connection,
    carriedOut: carriedOut || undefined,
    rateLimit: rateLimit === undefined ? undefined : { limit, windowSeconds },
    calls,
    share: share === undefined ? undefined : Number(share),
  };
  return {
    ...(fault === undefined ? {} : parsedJson("<json>", fault)),
    ...givenOf(fromOptions),
  } as ControlInput<"addFault">;
}

function parsedJson(flag: string, json: string) {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`${flag} must be JSON, got ${JSON.stringify(json)}`);
  }
}

/** The flags that were given. */
function givenOf<Values extends object>(values: Values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [name in keyof Values]?: NonNullable<Values[name]> };
}

function pairs(separator: "=" | ":", description: string) {
  const placeholder = `name${separator}value`;
  const pattern = `[^${separator}]+${separator}.*`;
  const expected = `a name and a value, as ${placeholder}`;
  return { kind: "text", repeatable: true, placeholder, pattern, expected, inConfig: false, description } as const;
}

/** Names and values, such as of `limit=10` and `accept: application/json`. */
function recordOf(given: readonly string[], separator: string): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const end = pair.indexOf(separator);
      return [pair.slice(0, end).trim(), pair.slice(end + 1).trim()];
    }),
  );
}

const requestFilter = {
  operation: { kind: "text", inConfig: false, description: "Only requests of this operation, such as createWidget" },
  status: {
    kind: "integer",
    min: 0,
    max: 599,
    inConfig: false,
    description: "Only requests answered with this status",
  },
  widget: { kind: "text", placeholder: "id", inConfig: false, description: "Only requests about this widget" },
  rule: { kind: "text", inConfig: false, description: "Only requests whose answer follows this rule, or relies on it" },
} as const satisfies Flags;

const requestVerbs = {
  requests: verb({
    flags: {
      follow: { kind: "switch", inConfig: false, description: "Print requests and what happens, until Ctrl-C" },
      har: {
        kind: "switch",
        inConfig: false,
        conflictsWith: ["follow"],
        description: "Print them as an HTTP Archive (HAR 1.2), with headers and bodies",
      },
      ...requestFilter,
      body: {
        kind: "text",
        placeholder: "member",
        inConfig: false,
        description: "Only requests whose body has this member, as name, or name=Bakery",
      },
      limit: { kind: "integer", min: 1, max: 100_000, inConfig: false, description: "At most this many, the latest" },
    },
    run: async ({ journal }, { har, operation, status, widget, rule, body, limit }) => {
      const input = givenOf({ operation, status, widget, rule, body, limit });
      return har ? await journal.har(input) : await journal.list(input);
    },
    text: (output) =>
      "log" in output ? JSON.stringify(output) : output.requests.map(text.request).join("\n") || "no requests",
  }),
  verify: verb({
    flags: {
      ...requestFilter,
      method: { kind: "text", inConfig: false, description: "Only requests with this method" },
      path: {
        kind: "text",
        inConfig: false,
        description: "Only requests to this path, such as '/api/v1/widgets/*'",
      },
      query: pairs("=", "Only requests with this query parameter"),
      header: pairs(":", "Only requests with this header"),
      body: {
        kind: "text",
        placeholder: "json",
        inConfig: false,
        description: "Only requests whose body has this part",
      },
      exactly: { kind: "integer", min: 0, max: 1_000_000_000, inConfig: false, description: "So many, and no more" },
      atLeast: {
        kind: "integer",
        min: 0,
        max: 1_000_000_000,
        inConfig: false,
        description: "At least so many (default 1)",
      },
      atMost: { kind: "integer", min: 0, max: 1_000_000_000, inConfig: false, description: "At most so many" },
    },
    description: [
      "Exits with 1 if the number of such requests is another one, and shows those that come nearest and how they differ. " +
        "In paths, queries and headers, * stands for anything.",
    ],
    run: ({ journal }, { query, header, body, atLeast: at_least, atMost: at_most, ...flags }) => {
      const { operation, status, widget, rule, method, path, exactly } = flags;
      const expected = { operation, status, widget, rule, method, path, exactly, at_least, at_most };
      return journal.verify({
        ...givenOf(expected),
        ...(query && { query: recordOf(query, "=") }),
        ...(header && { headers: recordOf(header, ":") }),
        ...(body !== undefined && { body: parsedJson("--body", body) }),
      });
    },
    text: ({ count, requests }) =>
      [`verified: ${count === 1 ? "1 request" : `${count} requests`}`, ...requests.map(text.request)].join("\n"),
  }),
  trace: verb({
    flags: { request: argument("request", "Id of the request, from the header Request-Id of its response") },
    run: ({ journal }, { request }) => journal.trace({ request_id: request }),
    text: ({ request, happened }) =>
      [request ? text.request(request) : "", text.happenings(happened)].filter(Boolean).join("\n"),
  }),
  "coverage get": verb({
    flags: {},
    description: ["Counts what clients have met of the operations, answers, states, events and assumptions."],
    run: ({ coverage }) => coverage.get(),
    text: coverageText,
  }),
  "coverage reset": verb({
    flags: {},
    run: ({ coverage }) => coverage.reset(),
    text: (before) => `counting anew; so far ${coverageClause(before)}`,
  }),
  usage: verb({ flags: {}, run: ({ usage }) => usage.list(), text: text.usage }),
};

const mockVerbs = {
  health: verb({ flags: {}, run: ({ health }) => health(), text: text.health }),
  scenarios: verb({
    flags: {},
    run: ({ scenarios }) => scenarios.list(),
    text: ({ scenarios }) => text.table(scenarios.map(({ name, description }) => [name, description])),
  }),
  reset: verb({
    flags: {
      scenario: optionalArgument("scenario", 'What to start with; "ctl scenarios" lists them'),
      seed: { kind: "integer", min: 0, max: Number.MAX_SAFE_INTEGER, inConfig: false, description: "Random seed" },
    },
    run: ({ reset }, { scenario, seed }) =>
      reset({ ...(scenario === undefined ? {} : { scenario }), ...(seed === undefined ? {} : { seed }) }),
    text: (clock, { scenario }) => `reset${scenario === undefined ? "" : ` to ${scenario}`}; ${text.clock(clock)}`,
  }),
  "snapshot export": verb({
    flags: { file: optionalArgument("file", "Where to write it; without it, to the standard output") },
    run: async ({ snapshot }, { file }, cwd) => {
      const exported = await snapshot.export();
      if (file !== undefined) writeJsonFile(cwd, file, exported);
      return exported;
    },
    text: (exported, { file }) => (file === undefined ? JSON.stringify(exported) : `exported to ${file}`),
  }),
  "snapshot restore": verb({
    flags: { file: argument("file", "The exported snapshot") },
    run: ({ snapshot }, { file }, cwd) => snapshot.restore(readJsonFile(cwd, file) as ControlInput<"restoreSnapshot">),
    text: (clock, { file }) => `restored ${file}; ${text.clock(clock)}`,
  }),
};

/** The verbs of `ctl`; one without code does not compile. */
export const verbs: { readonly [verb in VerbName]: Verb } = {
  ...clockVerbs,
  ...widgetVerbs,
  ...webhookVerbs,
  ...organizationVerbs,
  ...faultVerbs,
  ...requestVerbs,
  ...mockVerbs,
};

/** A verb as a command, for its help and for reading its flags. */
export function describeVerb(name: VerbName, summary: string): Command {
  const { flags, description } = verbs[name];
  return {
    name: `ctl ${name}`,
    summary,
    ...(description ? { description } : {}),
    flags: { ...flags, ...ctlFlags },
    config: ctlCommand.config,
  };
}
