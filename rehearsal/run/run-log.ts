import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { ObservedExchange } from "../../spec/observed-exchange.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";

/** Something that no request reports: the end of a crawl, an attempt to deliver a webhook. */
export interface ReportedHappening {
  readonly type: string;
  readonly widget: string;
  readonly event?: string | undefined;
  readonly from?: string | undefined;
}

/** A widget as an answer shows it. */
export interface ShownWidget {
  readonly id: string;
  readonly status: string;
  /** The status of its last crawl, where the answer has it. */
  readonly crawl: string | undefined;
}

/** A request as a run remembers it: what later questions need, and no more. */
export interface LoggedRequest extends Omit<ObservedExchange, "requestBody" | "responseBody"> {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** The widget in the path. */
  readonly widget: string | undefined;
  /** The widgets that the answer shows. */
  readonly shown: readonly ShownWidget[];
  /** The request's body, of a create only. */
  readonly created: string | undefined;
}

/** A happening with its time, in milliseconds since the run began. */
export interface LoggedHappening extends ReportedHappening {
  readonly at: number;
  /** True for the end of a widget's first crawl. */
  readonly isFirstCrawl: boolean;
}

/** Everything that happened between a client and the mock in one run, oldest first. */
export class RunLog {
  readonly requests: LoggedRequest[] = [];
  readonly happenings: LoggedHappening[] = [];
  readonly #operations: ReadonlyMap<string, DescribedOperation>;
  /** The state that a create leads to. */
  readonly #created: string | undefined;
  readonly #now: () => number;
  readonly #began: number;

  /** @param now a clock in milliseconds */
  constructor(document: WidgetsDocument, now: () => number = () => performance.now()) {
    this.#operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
    this.#created = document["x-lifecycle"].operations["createWidget"]?.["new"]?.to;
    this.#now = now;
    this.#began = now();
  }

  /** Milliseconds since the run began. */
  get elapsedMs(): number {
    return this.#now() - this.#began;
  }

  addExchange({ requestBody, responseBody, ...exchange }: ObservedExchange): void {
    const operation = this.#operations.get(exchange.operation ?? "");
    this.requests.push({
      ...exchange,
      at: this.elapsedMs,
      widget: operation && pathParameter(operation.path, exchange.path),
      shown: widgetsIn(parseJson(responseBody)),
      created: exchange.operation === "createWidget" ? requestBody : undefined,
    });
  }

  addHappening(happening: ReportedHappening): void {
    const isFirstCrawl = happening.type.startsWith("crawl.") && happening.from === this.#created;
    this.happenings.push({ ...happening, at: this.elapsedMs, isFirstCrawl });
  }
}

/** The id in a path, by its place in the operation's path. */
function pathParameter(template: string, path: string): string | undefined {
  const place = template.split("/").indexOf("{id}");
  return place === -1 ? undefined : path.split("/")[place];
}

function parseJson(text: string): Json | undefined {
  try {
    return text === "" ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

/** The widgets of a body: itself, or the items of its list. */
function widgetsIn(body: Json | undefined): ShownWidget[] {
  if (!isJsonObject(body)) return [];
  const own = shownWidget(body);
  if (own) return [own];
  const lists = Object.values(body).filter((value): value is readonly Json[] => Array.isArray(value));
  return lists.flat().flatMap((item) => (isJsonObject(item) ? (shownWidget(item) ?? []) : []));
}

function shownWidget({ id, status, last_crawl: crawl }: JsonObject): ShownWidget | undefined {
  if (typeof id !== "string" || typeof status !== "string") return undefined;
  const crawlStatus = isJsonObject(crawl) ? crawl["status"] : undefined;
  return { id, status, crawl: typeof crawlStatus === "string" ? crawlStatus : undefined };
}
