import { styleText } from "node:util";
import { version } from "../mock/version.ts";
import type { WatchedFinding } from "../proxy/judge-watched.ts";
import type { SeenExchange } from "../proxy/seen-exchange.ts";
import { printableText } from "../spec/text/printable-text.ts";

/** What a running proxy writes. */
export interface ProxyLog {
  start(url: string, server: string, hasPage: boolean): void;
  exchange(seen: SeenExchange): void;
  finding(found: WatchedFinding): void;
}

/** Where and how it is written. */
interface LogTarget {
  readonly write: (line: string) => void;
  readonly colours: boolean | undefined;
}

/** Creates the log of a proxy: a line per request and per finding. */
export function createProxyLog(
  { quiet, json }: { readonly quiet?: boolean | undefined; readonly json?: boolean | undefined },
  { write, colours }: LogTarget,
): ProxyLog {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  if (json) return jsonLog(write, quiet === true);
  return {
    start: (url, server, hasPage) => {
      write(`widgets-mock ${version} forwarding ${url} to ${server}`);
      if (hasPage && !quiet) write(paint("dim", `live page ${url}/_proxy/, press Ctrl-C to stop`));
    },
    exchange: ({ method, path, status, milliseconds, caller, error, checked }) => {
      if (quiet) return;
      const word = status === 0 ? (error ?? "no answer") : String(status);
      const issues = checked.issues.map(({ place, detail, assumed }) => {
        const by = assumed.length > 0 ? ` (${assumed.join(", ")})` : "";
        return `  ${paint("yellow", "request")} ${printableText(`${place}: ${detail}`, 160)}${by}`;
      });
      const tone = status === 0 || status >= 500 ? "red" : status < 400 ? "green" : "yellow";
      const line = `${method} ${printableText(path, 200)} ${paint(tone, printableText(word, 100))} ${Math.round(milliseconds)} ms`;
      write([`${line}${paint("dim", `  as ${caller}`)}`, ...issues].join("\n"));
    },
    finding: ({ finding: { rule, level, message, calls }, doubt }) => {
      const label = doubt ? paint("yellow", "POSSIBLE") : paint("red", level.toUpperCase());
      const why = doubt ? ` (${doubt.reason}${doubt.option === undefined ? "" : `: ${doubt.option}`})` : "";
      write(`${label} ${rule} ${printableText(message)}${why}  request ${calls.at(-1) ?? ""}`.trimEnd());
    },
  };
}

function jsonLog(write: LogTarget["write"], isQuiet: boolean): ProxyLog {
  const line = (type: string, members: object) => write(JSON.stringify({ type, ...members }));
  return {
    start: (url, server) => line("started", { url, server }),
    exchange: (seen) => {
      if (!isQuiet) line("exchange", seen);
    },
    finding: ({ finding, doubt }) => line("finding", { ...finding, ...(doubt ? { doubt } : {}) }),
  };
}
