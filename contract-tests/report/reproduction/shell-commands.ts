import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import { placeOfWidget } from "../../history/views.ts";
import { type CurlTarget, curl } from "./curl-command.ts";
import { jqOf } from "./jq-filter.ts";
import { crowdLines, crowdSize, type Pager, pagerOf } from "./list-commands.ts";
import { quoted, type ShellPart } from "./shell-words.ts";

/** A pause between two calls that is worth telling. */
const shortestPauseMs = 2000;
const longestPauseMs = 600_000;

/**
 * Calls as lines for a shell that can be pasted one after the other: ids go into variables, what waited for a crawl waits
 * for it again, and what was made is deleted at the end.
 */
export function shellLines(target: CurlTarget, history: History, { calls, script }: Told): string[] {
  const isOfLists = calls.every(({ operation }) => operation === "createWidget" || operation === "listWidgets");
  return new ShellWriter(target, history, calls, isOfLists && script === undefined).write();
}

/** What is told. */
export interface Told {
  readonly calls: readonly Exchange[];
  /** The script of the one widget that it is about; undefined where it is about no single one. */
  readonly script: string | undefined;
}

interface Widget {
  readonly variable: string;
  /** Its id in the run. */
  readonly id: string;
  /** When it was seen active in the run; undefined where nobody waited for it. */
  readonly activeAt: number | undefined;
  isAwaited: boolean;
  isDeleted: boolean;
}

class ShellWriter {
  readonly #target: CurlTarget;
  readonly #history: History;
  readonly #calls: readonly Exchange[];
  readonly #widgets = new Map<string, Widget>();
  readonly #pager: Pager;
  /** Lists hold widgets whatever their status: nobody has to wait. */
  readonly #isOfListsAlone: boolean;

  constructor(target: CurlTarget, history: History, calls: readonly Exchange[], isOfListsAlone: boolean) {
    this.#target = target;
    this.#history = history;
    this.#calls = calls;
    this.#pager = pagerOf(history, calls);
    this.#isOfListsAlone = isOfListsAlone;
  }

  write(): string[] {
    const crowd = crowdLines(this.#target, this.#calls, crowdSize(this.#calls));
    const lines = this.#groups().flatMap((group, index, all) => {
      const waits = this.#wait(group, all[index - 1]);
      const together = group.map((exchange) => this.#line(exchange)).filter((line) => line !== undefined);
      return [...waits, ...(together.length > 1 ? [`${together.join(" & ")} & wait`] : together)];
    });
    return [...crowd.before, ...lines, ...this.#cleanUp(), ...crowd.after];
  }

  /** Calls that were under way at the same time, together. */
  #groups(): Exchange[][] {
    const groups: Exchange[][] = [];
    for (const exchange of this.#calls) {
      const group = groups.at(-1);
      const first = group?.[0];
      const isBeside =
        first !== undefined &&
        exchange.widget !== undefined &&
        exchange.widget === first.widget &&
        exchange.request.method !== "GET" &&
        exchange.began < first.ended;
      if (isBeside) group?.push(exchange);
      else groups.push([exchange]);
    }
    return groups;
  }

  /** What has to pass before the next calls: first crawls, or some time. */
  #wait([next]: readonly Exchange[], before: readonly Exchange[] = []): string[] {
    if (!next) return [];
    if (this.#isOfListsAlone) return [];
    const due = [...this.#widgets.values()].filter(
      ({ activeAt, isAwaited, isDeleted }) => !isAwaited && !isDeleted && activeAt !== undefined && activeAt <= next.t0,
    );
    for (const widget of due) widget.isAwaited = true;
    const waits = due.map((widget) => this.#untilActive(widget));
    const since = Math.max(...before.map(({ t1 }) => t1), ...due.map(({ activeAt = 0 }) => activeAt));
    const pauseMs = next.t0 - since;
    if (next.request.method !== "GET" || pauseMs < shortestPauseMs) return waits;
    return [...waits, this.#pass(Math.ceil(Math.min(pauseMs, longestPauseMs) / 1000))];
  }

  #pass(seconds: number): string {
    const { advanceCommand } = this.#target.means;
    return advanceCommand?.replaceAll("{seconds}", String(seconds)) ?? `sleep ${seconds}`;
  }

  #untilActive({ id }: Widget): string {
    const read = this.#history.exchanges.find(
      ({ operation, caller, response, request }) =>
        operation === "getWidget" && caller === "own" && response?.status === 200 && request.path.endsWith(id),
    );
    if (!read) return this.#pass(60);
    const place = placeOfWidget(read.response?.body) ?? [];
    const isActive = quoted(`${jqOf([...place, "status"])} == "active"`);
    const get = curl(this.#target, read, "-s", this.#path(read));
    return `until ${get} | jq -e ${isActive} > /dev/null; do ${this.#pass(2)}; done`;
  }

  #line(exchange: Exchange): string | undefined {
    if (exchange.operation === "createWidget") return this.#create(exchange);
    const widget = this.#widgets.get(exchange.widget ?? "");
    if (widget && exchange.operation === "deleteWidget") widget.isDeleted = (exchange.response?.status ?? 500) < 300;
    if (exchange.operation === "listWidgets") return this.#pager.line(this.#target, exchange);
    return curl(this.#target, exchange, "-si", this.#path(exchange));
  }

  #create(exchange: Exchange): string {
    const { request, response, widget: name = "" } = exchange;
    const place = placeOfWidget(response?.body);
    const made = place?.reduce<Json | undefined>((at, step) => (at as JsonObject)[step], response?.body);
    if (!place || !isJsonObject(made)) return curl(this.#target, exchange, "-si", [request.path]);
    const variable = this.#widgets.size === 0 ? "ID" : `ID${this.#widgets.size + 1}`;
    const wait = this.#history.waits.find(({ widget, ended }) => widget === name && ended === "active");
    const id = String(made["id"]);
    this.#widgets.set(name, { variable, id, activeAt: wait?.to, isAwaited: false, isDeleted: false });
    const create = curl(this.#target, exchange, "-s", [request.path]);
    const idOf = `jq -r ${jqOf([...place, "id"])}`;
    // Where it is the answer that counts, it is shown.
    const isShown = this.#calls.every(({ operation }) => operation === "createWidget");
    if (isShown) return `NEW=$(${create}); printf '%s\\n' "$NEW"; ${variable}=$(printf %s "$NEW" | ${idOf})`;
    return `${variable}=$(${create} | ${idOf})`;
  }

  /** A call's path, with the variables of the widgets that it names. */
  #path({ request }: Exchange): ShellPart[] {
    const [path = "", ...query] = request.path.split(/(?=\?)/);
    const steps = path.split("/").map((step): ShellPart => {
      const widget = [...this.#widgets.values()].find(({ id }) => encodeURIComponent(id) === step);
      return widget ? { shell: `$${widget.variable}` } : step;
    });
    return [...steps.flatMap((step, index) => (index === 0 ? [step] : ["/", step])), query.join("")];
  }

  #cleanUp(): string[] {
    const create = this.#calls.find(({ operation }) => operation === "createWidget");
    const left = [...this.#widgets.values()].filter(({ isDeleted }) => !isDeleted);
    if (!create) return [];
    const { body, ...request } = create.request;
    return left.map(({ variable }) =>
      curl(this.#target, { ...create, request: { ...request, method: "DELETE" } }, "-s", [
        `${request.path}/`,
        { shell: `$${variable}` },
      ]),
    );
  }
}
