import type { ControlInput } from "../../../mock/controls/control-types.ts";
import type { Flags, FlagValues } from "../../command-line/flag.ts";
import * as text from "../ctl-text.ts";
import { givenOf, optionalArgument, parsedJson, verb } from "../verb.ts";

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

/** Faults. */
export const faultVerbs = {
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
