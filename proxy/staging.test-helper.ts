import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Subject } from "../contract-tests/subjects/subject.test-helper.ts";
import type { Target } from "../contract-tests/target.ts";
import * as validators from "../spec/generated/validators.js";
import { publishedDocument } from "../spec/published-document.ts";
import { openProxy } from "./proxy-server.ts";
import { Watcher, type WatcherOptions } from "./watcher.ts";

/** A server of a test, until it is closed. */
export interface Staging {
  readonly url: string;
  close(): void;
}

/** Serves what a test answers. */
export async function serveRequests(answer: RequestListener): Promise<Staging> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: urlOf(server), close: () => closeNow(server) };
}

/** A request with this field and the value `request` does not come to the server; with `answer` its answer is lost. */
export const lossHeader = "test-loss";

/** Serves an implementation of the contract tests' own. */
export function serveSubject(subject: Pick<Subject, "fetch">): Promise<Staging> {
  return serveRequests(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = "GET", url = "/", headers } = incoming;
    const fields = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]));
    const body = method === "GET" || method === "HEAD" || chunks.length === 0 ? null : Buffer.concat(chunks);
    const request = new Request(`http://subject.test${url}`, { method, headers: fields as [string, string][], body });
    const loss = headers[lossHeader];
    const response = loss === "request" ? undefined : await subject.fetch(request).catch(() => undefined);
    // The request has been read whole, so that it is the socket that has to go.
    if (!response || loss === "answer") return void incoming.socket.destroy();
    outgoing.writeHead(response.status, [...response.headers].flat());
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
}

/** How a test watches: as the command does, but for what is given. */
export interface Watching extends Partial<WatcherOptions> {
  readonly answerTimeoutMs?: number;
  readonly connection?: Target["connection"];
}

/** A proxy before a server, watching, until the test ends. */
export async function watchStaging(baseUrl: string, { connection, answerTimeoutMs = 5000, ...options }: Watching = {}) {
  const target: Target = { baseUrl, credential: {}, ...(connection ? { connection } : {}) };
  const all = {
    isExclusive: false,
    isSeparate: false,
    isStrict: false,
    readLagMs: 2000,
    maxExchanges: 5000,
    ...options,
  };
  const watcher = new Watcher({ document: publishedDocument, validators, target, ...all });
  const running = await openProxy({ target, observer: watcher, answerTimeoutMs, port: 0, host: "127.0.0.1" });
  const close = async () => {
    watcher.close();
    await running.close(0);
  };
  return { url: running.url, watcher, close, options: { ...all, document: publishedDocument, target } };
}

/** Closes something when the test is over. */
export function untilTestEnds<T extends { close(): unknown }>(one: T): T {
  onTestFinished(async () => void (await one.close()));
  return one;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}
