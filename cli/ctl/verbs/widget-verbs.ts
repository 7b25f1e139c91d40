import * as text from "../ctl-text.ts";
import { argument, optionalArgument, verb } from "../verb.ts";

const widget = argument("widget", "Id of the widget");
const fail = { kind: "switch", description: "Let the crawl fail", inConfig: false } as const;
const outcomeOf = (flags: { readonly fail: boolean }) => (flags.fail ? "failed" : "succeeded");

/** Widgets, their crawls and their sites. */
export const widgetVerbs = {
  "crawl end": verb({
    flags: { widget: optionalArgument("widget", "Id of the widget; without it, every running crawl ends"), fail },
    run: async ({ crawls, widgets }, { widget: id, fail: failed }) => {
      const outcome = outcomeOf({ fail: failed });
      return id === undefined ? crawls.end({ outcome }) : { happened: [await widgets.endCrawl({ id, outcome })] };
    },
    text: ({ happened }) => text.happenings(happened) || "no crawl is running",
  }),
  "crawl mode": verb({
    flags: {
      mode: optionalArgument(
        "mode",
        "How crawls run: 2s, 30s-60s, reads:3, manual or immediate; without it, show the mode",
      ),
    },
    run: ({ crawls }, { mode }) => (mode === undefined ? crawls.get() : crawls.set({ mode })),
    text: ({ mode }) => mode,
  }),
  trigger: verb({
    flags: { widget, fail },
    description: [
      "A crawl ends at once: the first one sends widget.ready, a later one widget.recrawled, a failed one " +
        "widget.crawl_failed.",
    ],
    run: ({ widgets }, flags) => widgets.trigger({ id: flags.widget, outcome: outcomeOf(flags) }),
    text: (happening) => text.happenings([happening]),
  }),
  inspect: verb({
    flags: { widget },
    run: ({ widgets }, flags) => widgets.inspect({ id: flags.widget }),
    text: text.inspection,
  }),
  "site change": verb({
    flags: { site: argument("url", "The site_url whose content changes") },
    run: ({ sites }, { site }) => sites.change({ site_url: site }),
    text: ({ host, revision }) => `the next crawl of ${host} finds revision ${revision}`,
  }),
};
