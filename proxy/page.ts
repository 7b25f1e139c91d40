import type { IncomingMessage, ServerResponse } from "node:http";
import type { WatchReport } from "./watch-report.ts";
import type { Watcher } from "./watcher.ts";

/** Where the live page is. */
export const pagePath = "/_proxy/";

/** The live page of a proxy. */
export interface LivePage {
  /** Answers what is below its path; false for everything else. */
  readonly answer: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  readonly close: () => void;
}

/** Opens the page that shows what goes through a proxy. */
export function openPage(_: Watcher, report: () => WatchReport): LivePage {
  return {
    answer: ({ url = "" }, outgoing) => {
      if (!url.startsWith(pagePath)) return false;
      outgoing.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(report().report));
      return true;
    },
    close: () => undefined,
  };
}
