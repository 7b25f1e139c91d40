import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { publishedDocument } from "../../spec/published-document.ts";

/** A request to a subject, as data. */
export interface Call {
  /** Which operation of the API it is for; undefined for what is none, such as the control plane. */
  readonly operation: string | undefined;
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** The widget's id in the path, where there is one. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/** An answer of a subject, as data. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where there is no JSON. */
  readonly body?: Json | undefined;
  /** What is sent where there is no JSON. */
  readonly text?: string | undefined;
}

/** A widget as JSON. */
export type Widget = Readonly<Record<string, Json>>;

const routes = operationsOf(publishedDocument).map(({ id, method, path }) => ({
  id,
  method,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
}));

/** Reads a request. */
export async function callOf(request: Request): Promise<Call> {
  const { origin, pathname, searchParams } = new URL(request.url);
  const text = request.body ? await request.text() : undefined;
  const query = Object.fromEntries(searchParams);
  return at(pathname, { origin, method: request.method, query, headers: Object.fromEntries(request.headers), text });
}

/** A call at a path, with the operation and the widget that it names. */
export function at(path: string, call: Omit<Call, "operation" | "id" | "path">): Call {
  const route = routes.find(({ method, pattern }) => method === call.method && pattern.test(path));
  const id = route?.pattern.exec(path)?.[1] ?? "";
  return { ...call, path, operation: route?.id, id };
}

/** Makes a request of it again. */
export function requestOf({ origin, method, path, query, headers, text }: Call): Request {
  const search = new URLSearchParams(query).toString();
  const { "content-length": _, ...others } = headers;
  return new Request(`${origin}${path}${search === "" ? "" : `?${search}`}`, {
    method,
    headers: others,
    ...(text === undefined ? {} : { body: text }),
  });
}

/** Reads an answer. */
export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const headers = Object.fromEntries(response.headers);
  const isJson = /json/.test(headers["content-type"] ?? "") && text !== "";
  return { status: response.status, headers, ...(isJson ? { body: JSON.parse(text) } : { text }) };
}

/** Makes an answer of it again. */
export function responseOf({ status, headers, body, text = "" }: Reply): Response {
  const { "content-length": _, ...others } = headers;
  if (body !== undefined) {
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...others } });
  }
  return new Response(text === "" ? null : text, { status, headers: others });
}

/** The JSON object that a call sends; empty where it sends none. */
export function bodyOf({ text }: Call): JsonObject {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The same call with another body. */
export function withBody(call: Call, body: Json): Call {
  const headers = { ...call.headers, "content-type": call.headers["content-type"] ?? "application/json" };
  return { ...call, headers, text: JSON.stringify(body) };
}

/** Another call by the same client. */
export function asked({ origin, headers }: Call, method: string, path: string, body?: Json): Call {
  const { "content-type": _, "idempotency-key": __, ...others } = headers;
  const call = at(path, { origin, method, query: {}, headers: others, text: undefined });
  return body === undefined ? call : withBody(call, body);
}

/** The path of a widget. */
export function widgetPath(id: string): string {
  return `/api/v1/widgets/${id}`;
}

/** Whether an answer says that it was done. */
export function isDone({ status }: Reply): boolean {
  return status >= 200 && status < 300;
}

/** The widget in an answer, where there is one. */
export function widgetIn({ status, body }: Reply): Widget | undefined {
  return status < 300 && isJsonObject(body) && "id" in body && "name" in body ? body : undefined;
}

/** The widgets of a page. */
export function entriesOf({ body }: Reply): readonly Widget[] {
  return isJsonObject(body) && Array.isArray(body["data"]) ? body["data"] : [];
}

/** A member that is an object. */
export function part(widget: JsonObject | undefined, member: string): JsonObject {
  const value = widget?.[member];
  return isJsonObject(value) ? value : {};
}

/** Whether an object has all of these members. */
export function has(body: JsonObject, ...members: readonly string[]): boolean {
  return members.every((member) => member in body);
}

/** Whether a value is false, or holds nothing. */
export function isEmpty(value: Json): boolean {
  return value === false || value === "" || (Array.isArray(value) && value.length === 0);
}
