import { isIP } from "node:net";
import { Agent, buildConnector } from "undici";
import { version } from "../../version.ts";
import { type AddressLookup, AddressPolicy, AddressRefused, guardedLookup } from "./guarded-lookup.ts";
import type { PostedEvent, ReceiverResponse } from "./posted-event.ts";

/**
 * Opens a connection for each event, so that none is kept open after a test. Its own time limits are off: their timers may
 * be those that a test moves.
 */
const options = { pipelining: 0, headersTimeout: 0, bodyTimeout: 0 } as const;
const agent = new Agent({ ...options, connect: { timeout: 0 } });
/** By the networks that they allow, of which a mock has one list. */
const guardedAgents = new WeakMap<readonly string[], Agent>();

/** Makes an agent that connects only to public addresses and those in some networks, whatever a name leads to. */
export function guardedAgent(networks: readonly string[], lookup?: AddressLookup): Agent {
  const policy = new AddressPolicy(networks);
  const connect = buildConnector({ timeout: 0, lookup: guardedLookup(policy, lookup) });
  return new Agent({
    ...options,
    connect(target, callback) {
      // An address is not looked up.
      const host = target.hostname.replace(/^\[(.*)\]$/, "$1");
      if (isIP(host) !== 0 && !policy.allows(host)) callback(new AddressRefused(), null);
      else connect(target, callback);
    },
  });
}

function agentFor(networks: readonly string[] | undefined): Agent {
  if (networks === undefined) return agent;
  const guarded = guardedAgents.get(networks) ?? guardedAgent(networks);
  guardedAgents.set(networks, guarded);
  return guarded;
}

/** Posts an event with undici, which follows no redirect. */
export async function postByUndici(
  { url, headers, body, signal, networks }: PostedEvent,
  dispatcher = agentFor(networks),
): Promise<ReceiverResponse> {
  const { origin, pathname, search } = new URL(url);
  const response = await dispatcher.request({
    ...{ origin, path: pathname + search, method: "POST", body, signal },
    headers: { accept: "*/*", "user-agent": `widgets-mock/${version}`, ...headers },
  });
  return {
    status: response.statusCode,
    header: (name) => response.headers[name]?.toString(),
    body: response.body,
  };
}
