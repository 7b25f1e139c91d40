import { coverageClause, coverageText } from "../../../mock/coverage/report/coverage-text.ts";
import type { Flags } from "../../command-line/flag.ts";
import * as text from "../ctl-text.ts";
import { argument, givenOf, parsedJson, verb } from "../verb.ts";

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
      return [pair.slice(0, end), pair.slice(end + 1)];
    }),
  );
}

/** Without the spaces that may stand around a header's name and its value. */
function trimmed(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.trim(), value.trim()]));
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

/** The journal, and what is counted of requests. */
export const requestVerbs = {
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
        ...(header && { headers: trimmed(recordOf(header, ":")) }),
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
