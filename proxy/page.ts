import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { WidgetsDocument } from "../spec/document.ts";
import { pageHeaders } from "../spec/text/page-headers.ts";
import type { WatchedFinding } from "./judge-watched.ts";
import { type PageFiles, readPageFiles } from "./page-files.ts";
import type { PageExchange, PageFinding, PageState } from "./page-state.ts";
import type { SeenExchange } from "./seen-exchange.ts";
import type { Watcher } from "./watcher.ts";

/** Where the live page is. */
export const pagePath = "/_proxy/";
const statePath = `${pagePath}state`;

/** So many of the newest requests are shown. */
const maxExchanges = 500;
/** The dialect is observed no more often than this while the page is open. */
const dialectMs = 5000;

/** What a page is about. */
export interface PageSubject {
  readonly server: string;
  readonly version: string;
  readonly document: WidgetsDocument;
  /** The name that the proxy listens on; a page that came by another one may be somebody else's (DNS rebinding). */
  readonly host: string;
}

/** The live page of a proxy: what went through, what was found, and what clients sent. */
export class LivePage {
  readonly #subject: PageSubject;
  readonly #exchanges: PageExchange[] = [];
  #files: PageFiles | undefined;
  #dialect: { readonly at: number; readonly value: object } | undefined;

  constructor(subject: PageSubject) {
    this.#subject = subject;
  }

  /** Notes a request that was answered. */
  add({ n, method, path, status, milliseconds, at, caller, checked }: SeenExchange): void {
    const issues = checked.issues.map(({ place, detail }) => `${place}: ${detail}`);
    this.#exchanges.unshift({ n, method, path, status, milliseconds, at, caller, issues });
    if (this.#exchanges.length > maxExchanges) this.#exchanges.pop();
  }

  /** Answers what is below the page's path; false for everything else. */
  answer(watcher: Watcher, incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const [path = ""] = (incoming.url ?? "").split("?", 1);
    if (!path.startsWith(pagePath)) return false;
    const isReading = incoming.method === "GET" || incoming.method === "HEAD";
    if (!isReading || !this.#isOwnName(incoming.headers.host)) {
      send(outgoing, isReading ? 403 : 405, "", "The live page is read by the proxy's own address.\n");
    } else if (path === statePath) {
      send(outgoing, 200, "state.json", JSON.stringify(this.#state(watcher)));
    } else this.#sendFile(outgoing, path.slice(pagePath.length) || "watch.html");
    return true;
  }

  #sendFile(outgoing: ServerResponse, name: string): void {
    this.#files ??= readPageFiles();
    const text = Object.hasOwn(this.#files, name) ? this.#files[name] : undefined;
    if (text === undefined) send(outgoing, 404, "", `There is no ${name} here.\n`);
    else send(outgoing, 200, name, text);
  }

  #isOwnName(host = ""): boolean {
    const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    return name === "localhost" || isIP(name) !== 0 || name === this.#subject.host;
  }

  #state(watcher: Watcher): PageState {
    const { server, version } = this.#subject;
    const { issues, assumptions } = watcher.client;
    return {
      ...{ server, version, counts: watcher.counts, exchanges: this.#exchanges, issues, assumptions },
      findings: watcher.findings.map((one) => this.#findingOf(one)),
      dialect: this.#observed(watcher),
    };
  }

  #findingOf({ finding: { rule, level, message, calls }, doubt }: WatchedFinding): PageFinding {
    const option = doubt?.option === undefined ? "" : ` (${doubt.option})`;
    return {
      ...{ rule, message, request: calls.at(-1), says: this.#subject.document["x-rules"][rule].says },
      verdict: doubt ? "possible" : level === "fail" ? "fail" : "warn",
      doubt: doubt && `${doubt.reason}${option}`,
    };
  }

  #observed(watcher: Watcher): object {
    if (!this.#dialect || performance.now() - this.#dialect.at > dialectMs) {
      this.#dialect = { at: performance.now(), value: watcher.dialectFile() };
    }
    return this.#dialect.value;
  }
}

/** Sends a file by its name, which tells its type. */
function send(outgoing: ServerResponse, status: number, name: string, body: string): void {
  outgoing.writeHead(status, pageHeaders(name)).end(body);
}
