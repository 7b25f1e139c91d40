import { styleText } from "node:util";
import type { Happening, JournalEntry } from "../mock/index.ts";

/** The form of the log: lines for reading, or a JSON object per line. */
export type LogForm = "text" | "json";

/** The log of a running mock. */
export interface Log {
  start(start: LogStart): void;
  response(entry: JournalEntry, milliseconds: number): void;
  happening(happening: Happening): void;
  /** The last lines: how many responses relied on which assumptions. */
  summary(): void;
}

/** What a log begins with. */
export interface LogStart {
  readonly seed: number;
  readonly dialect: string;
  /** The address of the console, if there is one. */
  readonly console: string | undefined;
  /** Where the state is kept; undefined if it is in memory. */
  readonly state?: string | undefined;
  /** Which API keys are accepted, and how to change it. */
  readonly keys: string;
}

/** What a log needs besides its form. */
export interface LogOptions {
  readonly write: (line: string) => void;
  /** The text of an assumption. */
  readonly textOf: (rule: string) => string;
  readonly colours: boolean;
}

/** An assumption, and how many responses relied on it. */
interface UsedAssumption {
  readonly rule: string;
  readonly count: number;
  readonly text: string;
}

/** Creates a log that counts the assumptions that responses rely on. */
export function createLog(form: LogForm, { write, textOf, colours }: LogOptions): Log {
  const counts = new Map<string, number>();
  let responses = 0;
  const lines = form === "json" ? jsonLines : textLines(colours);
  return {
    start: (start) => write(lines.start(start)),
    response(entry, milliseconds) {
      responses++;
      for (const rule of entry.assumed) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      write(lines.response(entry, milliseconds));
    },
    happening: (happening) => write(lines.happening(happening)),
    summary() {
      const assumptions = [...counts]
        .sort(([, a], [, b]) => b - a)
        .map(([rule, count]) => ({ rule, count, text: textOf(rule) }));
      write(lines.summary(responses, assumptions));
    },
  };
}

interface LogLines {
  start(start: LogStart): string;
  response(entry: JournalEntry, milliseconds: number): string;
  happening(happening: Happening): string;
  summary(responses: number, assumptions: readonly UsedAssumption[]): string;
}

const jsonLines: LogLines = {
  start: (start) => JSON.stringify({ type: "started", ...start }),
  response: (entry, milliseconds) =>
    JSON.stringify({ type: "response", ...entry, milliseconds: roundToTenths(milliseconds) }),
  happening: (happening) => JSON.stringify(happening),
  summary: (responses, assumptions) => JSON.stringify({ type: "summary", responses, assumptions }),
};

/** A request that is made without a key, as a visitor's, concerns an organization and is not made as it. */
function callerClause(organization: string, key: string | undefined): string {
  return key === undefined ? `no key, widget of ${organization}` : `as ${organization} ${key}`;
}

function textLines(colours: boolean): LogLines {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  return {
    start: ({ seed, dialect, console, state, keys }) => {
      const consoleNote = console === undefined ? "" : `, console ${console}`;
      const stateNote = state === undefined ? "" : `\nstate: ${state}`;
      return paint("dim", `seed ${seed}, dialect ${dialect}${consoleNote}\nkeys: ${keys}${stateNote}`);
    },
    response(
      { method, path, organization, key, status, code, rule, assumed, faults = [], ignored = [], traceparent },
      milliseconds,
    ) {
      const reason = rule === undefined ? "" : ` (${rule})`;
      const problem = code === undefined ? "" : ` ${code}${reason}`;
      const shownStatus = paint(colourOf(status), status === 0 ? "no response" : String(status));
      const faultNote = faults.length > 0 ? paint("dim", `  fault ${faults.join(" ")}`) : "";
      const assumedNote = assumed.length > 0 ? paint("dim", `  assumed ${assumed.join(" ")}`) : "";
      const ignoredNote = ignored.length > 0 ? paint("yellow", `  ignored ${ignored.join(", ")}`) : "";
      const caller = organization === undefined ? "" : paint("dim", `  ${callerClause(organization, key)}`);
      const traceNote = paint("dim", traceClause(traceparent));
      const duration = `${roundToTenths(milliseconds)} ms`;
      return `${method} ${path.slice(0, 200)} ${shownStatus}${problem} ${duration}${caller}${ignoredNote}${faultNote}${assumedNote}${traceNote}`;
    },
    happening({ type, widget, status, event, delivery, attempt, answer }) {
      if (type === "webhook.delivered")
        return `${event} of ${widget} ${paint("green", "delivered")}: ${answer} (${delivery})`;
      if (type === "webhook.failed") {
        return `${event} of ${widget} ${paint("yellow", "not delivered")}, attempt ${attempt}: ${answer} (${delivery})`;
      }
      const outcome = type === "crawl.succeeded" ? paint("green", "succeeded") : paint("yellow", "failed");
      return `crawl of ${widget} ${outcome}: ${status}${event === undefined ? "" : `, ${event}`}`;
    },
    summary(responses, assumptions) {
      const counted = responses === 1 ? "1 response" : `${responses} responses`;
      if (assumptions.length === 0) return `${counted}; none relied on an assumption.`;
      const widest = String(assumptions[0]?.count).length;
      const rows = assumptions.map(({ rule, count, text }) => `  ${String(count).padStart(widest)} × ${rule}  ${text}`);
      return `Assumptions your ${counted} relied on:\n${rows.join("\n")}`;
    },
  };
}

/** The trace that a request belongs to, by the id in its `traceparent`. */
function traceClause(traceparent: string | undefined): string {
  return traceparent === undefined ? "" : `  trace ${traceparent.split("-")[1]}`;
}

/** The colour of a status; 0 stands for a connection that broke before a response. */
function colourOf(status: number): "green" | "yellow" | "red" {
  if (status === 0 || status >= 500) return "red";
  return status < 400 ? "green" : "yellow";
}

function roundToTenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
