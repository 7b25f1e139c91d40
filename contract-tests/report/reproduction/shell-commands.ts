import { isJsonObject } from "../../../spec/merge-patch.ts";
import { printableText } from "../../../spec/text/printable-text.ts";
import type { AdapterCommands } from "../../adapter.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import type { Observation } from "../../history/observation.ts";
import { memberAt, placeOfWidget } from "../../history/views.ts";
import { pathSegment } from "../../path-segment.ts";
import { type CurlTarget, curlCommand, deleteCommand } from "./curl-command.ts";
import { fillerCommands, fillerCount, listCommandsFor } from "./list-commands.ts";
import { idFilter, jqFilter, type ShellPart, shellQuote } from "./shell-words.ts";

/** Shorter pauses between two requests are left out. */
const minPauseMs = 2000;
const maxPauseMs = 600_000;

/**
 * Writes requests, and what the adapter observed between them, as commands to paste in order: ids go into variables, what
 * waited for a crawl waits for it again, and the widgets are deleted at the end.
 * @param script that of the one widget that they are about; undefined where they are about no single one
 */
export function shellCommands(
  target: CurlTarget,
  history: History,
  { script, ...found }: Pick<ShellTask, "calls" | "observations"> & { readonly script: string | undefined },
): string[] {
  const isOfLists = found.calls.every(({ operation }) => operation === "createWidget" || operation === "listWidgets");
  return new ShellWriter({ target, history, ...found, isOfListsAlone: isOfLists && script === undefined }).write();
}

interface WidgetVariable {
  readonly variable: string;
  /** Its id in the run. */
  readonly id: string;
  /** When a read first showed it as active; undefined where nothing waited for that. */
  readonly activeAt: number | undefined;
  isAwaited: boolean;
  isDeleted: boolean;
}

interface ShellTask {
  readonly target: CurlTarget;
  readonly history: History;
  readonly calls: readonly Exchange[];
  readonly observations: readonly Observation[];
  /** Lists hold widgets in any status: no need to wait for crawls. */
  readonly isOfListsAlone: boolean;
}

/** Requests that were in progress at the same time, or one observation. */
type ShellGroup = readonly [Exchange, ...Exchange[]] | readonly [Observation];

function placeOf(one: Exchange | Observation): number {
  return "came" in one ? one.came : one.began;
}

class ShellWriter {
  readonly #task: ShellTask;
  readonly #widgets = new Map<string, WidgetVariable>();
  readonly #listCommand: ReturnType<typeof listCommandsFor>;

  constructor(task: ShellTask) {
    this.#task = task;
    this.#listCommand = listCommandsFor(task.target, task.history, task.calls);
  }

  write(): string[] {
    const fillers = fillerCommands(this.#task.target, this.#task.calls, fillerCount(this.#task.calls));
    const groups = [
      ...this.#concurrentGroups(),
      ...this.#task.observations.map((observation): ShellGroup => [observation]),
    ].sort(([a], [b]) => placeOf(a) - placeOf(b));
    const commands = groups.flatMap((group, index, all) => {
      const waits = this.#waitCommands(group[0], all[index - 1]);
      const commands = group
        .map((one) => ("member" in one ? this.#observeCommand(one) : this.#command(one)))
        .filter((command) => command !== undefined);
      return [...waits, ...(commands.length > 1 ? [`${commands.join(" & ")} & wait`] : commands)];
    });
    return [...fillers.before, ...commands, ...this.#deleteCommands(), ...fillers.after];
  }

  /** Groups requests that were in progress at the same time. */
  #concurrentGroups(): ShellGroup[] {
    const groups: [Exchange, ...Exchange[]][] = [];
    for (const exchange of this.#task.calls) {
      const group = groups.at(-1);
      const first = group?.[0];
      const isConcurrent =
        first !== undefined &&
        exchange.widget !== undefined &&
        exchange.widget === first.widget &&
        exchange.request.method !== "GET" &&
        exchange.began < first.ended;
      if (isConcurrent) group?.push(exchange);
      else groups.push([exchange]);
    }
    return groups;
  }

  /** Waits for what passed before the next requests: first crawls, or time. */
  #waitCommands(next: Exchange | Observation, before: ShellGroup | undefined): string[] {
    if (this.#task.isOfListsAlone) return [];
    const due = [...this.#widgets.values()].filter(
      ({ activeAt, isAwaited, isDeleted }) => !isAwaited && !isDeleted && activeAt !== undefined && activeAt <= next.t0,
    );
    for (const widget of due) widget.isAwaited = true;
    const waits = due.map((widget) => this.#waitUntilActive(widget));
    const since = Math.max(...(before ?? []).map(({ t1 }) => t1), ...due.map(({ activeAt = 0 }) => activeAt));
    const pauseMs = next.t0 - since;
    const isWrite = "request" in next && next.request.method !== "GET";
    if (isWrite || pauseMs < minPauseMs) return waits;
    return [...waits, this.#sleep(Math.ceil(Math.min(pauseMs, maxPauseMs) / 1000))];
  }

  #sleep(seconds: number): string {
    const { advance } = this.#task.target.means.commands ?? {};
    return advance?.replaceAll("{seconds}", String(seconds)) ?? `sleep ${seconds}`;
  }

  #waitUntilActive({ id }: WidgetVariable): string {
    const read = this.#task.history.exchanges.find(
      ({ operation, caller, response, request }) =>
        operation === "getWidget" && caller === "own" && response?.status === 200 && request.path.endsWith(id),
    );
    if (!read) return this.#sleep(60);
    const place = placeOfWidget(read.response?.body) ?? [];
    const isActive = shellQuote(`${jqFilter([...place, "status"])} == "active"`);
    const get = curlCommand(this.#task.target, read, { flags: "-s", path: this.#path(read) });
    return `until ${get} | jq -e ${isActive} > /dev/null; do ${this.#sleep(2)}; done`;
  }

  #command(exchange: Exchange): string | undefined {
    if (exchange.operation === "createWidget") return this.#createCommand(exchange);
    const widget = this.#widgets.get(exchange.widget ?? "");
    if (widget && exchange.operation === "deleteWidget") widget.isDeleted = (exchange.response?.status ?? 500) < 300;
    if (exchange.operation === "listWidgets") return this.#listCommand(exchange);
    return curlCommand(this.#task.target, exchange, { flags: "-si", path: this.#path(exchange) });
  }

  /** Does what the adapter did; without a command for it, says what to do. */
  #observeCommand({ member, widget, result }: Observation): string | undefined {
    const { variable } = this.#widgets.get(widget) ?? {};
    const create = this.#task.calls.find((one) => one.operation === "createWidget" && one.widget === widget);
    if (variable === undefined || !create) return undefined;
    const command = this.#task.target.means.commands?.[member as keyof AdapterCommands];
    if (command === undefined) {
      return `# ${member}() of the adapter for the widget $${variable} returned ${printableText(JSON.stringify(result ?? null))}`;
    }
    const siteUrl = String(create.request.body?.["site_url"]);
    return command.replaceAll("{id}", () => `$${variable}`).replaceAll("{siteUrl}", () => siteUrl);
  }

  #createCommand(exchange: Exchange): string {
    const { response, widget: name = "" } = exchange;
    const place = placeOfWidget(response?.body);
    const widget = place && memberAt(response?.body, place);
    if (!place || !isJsonObject(widget)) return curlCommand(this.#task.target, exchange, { flags: "-si" });
    const variable = this.#widgets.size === 0 ? "ID" : `ID${this.#widgets.size + 1}`;
    const wait = this.#task.history.waits.find((one) => one.widget === name && one.ended === "active");
    const id = String(widget["id"]);
    this.#widgets.set(name, { variable, id, activeAt: wait?.to, isAwaited: false, isDeleted: false });
    const create = curlCommand(this.#task.target, exchange, { flags: "-s" });
    const idOf = idFilter(place);
    // If the response is what matters, it is printed.
    const isPrinted = this.#task.calls.every(({ operation }) => operation === "createWidget");
    if (isPrinted) return `NEW=$(${create}); printf '%s\\n' "$NEW"; ${variable}=$(printf %s "$NEW" | ${idOf})`;
    return `${variable}=$(${create} | ${idOf})`;
  }

  /** Path of a request, with variables for the ids in it. */
  #path({ request }: Exchange): ShellPart[] {
    const [path = "", ...query] = request.path.split(/(?=\?)/);
    const steps = path.split("/").map((step): ShellPart => {
      const widget = [...this.#widgets.values()].find(({ id }) => pathSegment(id) === step);
      return widget ? { shell: `$${widget.variable}` } : step;
    });
    return [...steps.flatMap((step, index) => (index === 0 ? [step] : ["/", step])), query.join("")];
  }

  #deleteCommands(): string[] {
    const create = this.#task.calls.find(({ operation }) => operation === "createWidget");
    if (!create) return [];
    return [...this.#widgets.values()]
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ variable }) => deleteCommand(this.#task.target, create, variable));
  }
}
