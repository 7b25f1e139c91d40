import type { components } from "../control-plane/generated/types.ts";
import type { KeptBody } from "./kept-body.ts";
import { decodeBody } from "./readable-message.ts";
import { type ReadOptions, type RecordedRequest, recordedRequestOf } from "./recorded-request.ts";
import type { RequestRecord } from "./request-record.ts";

/** An HTTP Archive, version 1.2. */
export type Har = components["schemas"]["Har"];
type HarEntry = components["schemas"]["HarEntry"];
type Pair = components["schemas"]["HarPair"];

/** How an archive is made. */
export interface HarOptions extends ReadOptions {
  readonly version: string;
  /** The reason phrase of a status. */
  readonly titleOf: (status: number) => string;
}

const httpVersion = "HTTP/1.1";
/** What HAR has for a size that is not known. */
const unknownSize = -1;

/** Makes an archive. */
export function harOf(entries: HarEntry[], { version }: Pick<HarOptions, "version">): Har {
  return { log: { version: "1.2", creator: { name: "widgets-mock", version }, entries } };
}

/** Makes the entry of a recorded request. */
export function harEntryOf(record: RequestRecord, options: HarOptions): HarEntry {
  const { durationMs = 0, requestHeaders, requestBody, responseBody } = record;
  const exchange = recordedRequestOf(record, options);
  const { widget: _widget, query: _query, request: _request, response: _response, ...entry } = exchange;
  const wait = Math.round(durationMs * 1000) / 1000;
  const sizeOf = (body: KeptBody) => decodeBody(body, options.bodyBytes)?.size ?? (body ? unknownSize : 0);
  return {
    startedDateTime: exchange.at,
    time: wait,
    request: requestOf(exchange, requestHeaders?.origin || "http://mock.invalid", sizeOf(requestBody)),
    response: responseOf(exchange, options.titleOf(exchange.status), sizeOf(responseBody)),
    cache: {},
    timings: { send: 0, wait, receive: 0 },
    _exchange: entry,
  };
}

function requestOf(exchange: RecordedRequest, origin: string, bodySize: number): HarEntry["request"] {
  const { method, path, query = "", request } = exchange;
  const { headers = [], body, encoding, truncated } = request ?? {};
  const postData = body !== undefined && {
    mimeType: headerIn(headers, "content-type") ?? "application/octet-stream",
    text: body,
    ...(encoding && { _encoding: encoding }),
    ...(truncated?.body !== undefined && { comment: truncation(truncated.body) }),
  };
  return {
    method,
    url: origin + asUri(path + query),
    httpVersion,
    cookies: cookiesIn(headers, "cookie"),
    headers,
    queryString: [...new URLSearchParams(query)].map(([name, value]) => ({ name, value })),
    ...(postData && { postData }),
    headersSize: unknownSize,
    bodySize,
  };
}

function responseOf({ status, response }: RecordedRequest, statusText: string, size: number): HarEntry["response"] {
  const { headers = [], body, encoding, truncated } = response ?? {};
  return {
    status,
    statusText,
    httpVersion,
    cookies: cookiesIn(headers, "set-cookie"),
    headers,
    content: {
      size: Math.max(size, 0),
      mimeType: headerIn(headers, "content-type") ?? "",
      ...(body !== undefined && { text: body }),
      ...(encoding && { encoding }),
      ...(truncated?.body !== undefined && { comment: truncation(truncated.body) }),
    },
    redirectURL: headerIn(headers, "location") ?? "",
    headersSize: unknownSize,
    bodySize: size,
  };
}

/** Escapes what no URI has (RFC 3986): a path may be cut off, and what is redacted stands in brackets. */
function asUri(target: string): string {
  return target.replace(/%(?![\da-f]{2})|[^\w!#$%&'()*+,./:;=?@~-]/giu, encodeURIComponent);
}

function truncation(size: number): string {
  return `The beginning of ${size} bytes.`;
}

function headerIn(headers: readonly Pair[], wanted: string): string | undefined {
  return headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
}

function cookiesIn(headers: readonly Pair[], wanted: string): Pair[] {
  const lines = headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);
  const pairs =
    wanted === "cookie" ? lines.flatMap((line) => line.split(/;\s*/)) : lines.map((line) => line.split(";")[0] ?? "");
  return pairs.map((pair) => {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    return { name, value };
  });
}
