import type { Json } from "../../spec/merge-patch.ts";
import type { Authorization, Subject } from "./subject.test-helper.ts";

/** What a probe reads of an answer. */
export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON body; null where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: probes look into bodies of every shape
  readonly body: any;
}

/** Who uses a subject: a client with one organization's key, and a visitor of its sites. */
export interface User {
  readonly subject: Subject;
  /** The same with another key; an empty one sends none. */
  as(key: string): User;
  ask(method: string, path: string, body?: Json, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** A new widget as the create answers; a draft. */
  create(more?: object): Promise<Seen>;
  /** A new widget when it is active, or has had ten minutes to become it. */
  active(more?: object): Promise<Seen>;
  get(id: string): Promise<Seen>;
  update(id: string, body: Json): Promise<Seen>;
  pause(id: string): Promise<Seen>;
  resume(id: string): Promise<Seen>;
  recrawl(id: string): Promise<Seen>;
  delete(id: string): Promise<Seen>;
  /** Every widget that a walk through the pages meets, ten pages at most. */
  walk(limit?: number): Promise<Seen["body"][]>;
  /** How a widget stands in the list. */
  entry(id: string): Promise<Seen["body"]>;
  /** Starts a conversation and reads it: what the answer says, and what it began with. */
  converse(id: string): Promise<{ readonly started: number; readonly conversation: Seen["body"] }>;
  config(id: string): Promise<Seen>;
  /** What is there of a widget behind the API. */
  inspect(id: string): Promise<Seen["body"]>;
  changeSite(): Promise<Seen>;
  wait(milliseconds: number): void;
}

/** The collection's path. */
export const widgets = "/api/v1/widgets";
/** The site that probes create widgets for. */
export const site = "https://northwind.example";

const bearer: Authorization = { header: "authorization", value: (key) => `Bearer ${key}` };

/** Somebody who uses a subject. */
export function userOf(subject: Subject, key = "sk_test_one", authorize = bearer): User {
  const ask: User["ask"] = async (method, path, body, headers = {}) => {
    const response = await subject.fetch(
      new Request(`http://subject.test${path}`, {
        method,
        headers: {
          ...(key === "" ? {} : { [authorize.header]: authorize.value(key) }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  };
  const on =
    (method: string, action = "") =>
    (id: string) =>
      ask(method, `${widgets}/${id}${action}`);
  const create = (more: object = {}) => ask("POST", widgets, { name: "Northwind", site_url: site, ...more });
  const walk = (limit = 50) => walked(ask, limit);
  return {
    subject,
    as: (other) => userOf(subject, other, authorize),
    ask,
    create,
    async active(more) {
      const { body } = await create(more);
      return untilActive(subject, () => on("GET")(body.id));
    },
    get: on("GET"),
    update: (id, body) => ask("PATCH", `${widgets}/${id}`, body),
    pause: on("POST", "/pause"),
    resume: on("POST", "/resume"),
    recrawl: on("POST", "/recrawl"),
    delete: on("DELETE"),
    walk,
    entry: async (id) => (await walk()).find((entry) => entry.id === id),
    config: (id) => visit(subject, "GET", `${id}/config`),
    converse: (id) => conversed(subject, id),
    inspect: async (id) => (await ask("GET", `/_mock/widgets/${id}`)).body,
    changeSite: () => ask("POST", "/_mock/sites/change", { site_url: site }),
    wait: (milliseconds) => subject.advance(milliseconds),
  };
}

function parsed(text: string): Seen["body"] {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

async function untilActive(subject: Subject, get: () => Promise<Seen>): Promise<Seen> {
  let seen = await get();
  for (let step = 2000; step < 600_000 && seen.body?.status !== "active"; step *= 2) {
    subject.advance(step);
    seen = await get();
  }
  return seen;
}

async function walked(ask: User["ask"], limit: number): Promise<Seen["body"][]> {
  const met: Seen["body"][] = [];
  let cursor = "";
  for (let page = 0; page < 10 && (page === 0 || cursor !== ""); page++) {
    const { body } = await ask("GET", `${widgets}?limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    met.push(...(body?.data ?? []));
    cursor = body?.next_cursor ?? "";
  }
  return met;
}

async function visit(subject: Subject, method: string, path: string, token?: string): Promise<Seen> {
  const headers = { origin: site, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const url = `http://subject.test/api/v1/public/widgets/${path}`;
  const response = await subject.fetch(new Request(url, { method, headers }));
  return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
}

async function conversed(subject: Subject, id: string) {
  const { status, body } = await visit(subject, "POST", `${id}/conversations`);
  if (status >= 300) return { started: status, conversation: null };
  const read = await visit(subject, "GET", `${id}/conversations/${body.id}`, body.token);
  return { started: status, conversation: read.status === 200 ? read.body : null };
}
