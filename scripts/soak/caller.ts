import { Agent, type Dispatcher, request } from "undici";
import type { Tally } from "./tally.ts";

/** What a call sends. */
export interface SoakCall {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly key?: string | undefined;
  /** An object is sent as JSON. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back: the body of JSON, or an empty object. */
export interface SoakAnswer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Sends a call, and counts its answer as one of its kind. */
export type Send = (kind: string, call: SoakCall) => Promise<SoakAnswer>;

const agent = new Agent({ connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 });

/** Makes the function that sends calls to a mock. A connection that breaks counts as status 0. */
export function callerOf(url: string, tally: Tally): Send {
  return async (kind, { method, path, key, body, headers }) => {
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    try {
      const answer = await request(`${url}${path}`, {
        method,
        dispatcher: agent,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(text === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
      const received = await answer.body.text();
      tally.add(kind, answer.statusCode);
      return { status: answer.statusCode, json: received.startsWith("{") ? JSON.parse(received) : {} };
    } catch {
      tally.add(kind, 0);
      return { status: 0, json: {} };
    }
  };
}
