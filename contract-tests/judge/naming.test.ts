import { expect, test } from "vitest";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Exchange } from "../history/exchange.ts";
import { judge } from "./judge.ts";

const path = "/api/v1/widgets";
const configuration = { persona: "You are Sam.", button_label: "Ask", domains: ["a.example"] };

/** A step of a widget's life: a call with what it sends, what its answer shows, and what the read after it shows. */
type Step = readonly [operation: string, sent: JsonObject, replied: JsonObject, read: JsonObject];

/** The names of the rules that widgets show broken; each is created, read, and then goes through its steps. */
function brokenRules(widgets: readonly (readonly Step[])[]): string[] {
  let n = 0;
  const exchanges = widgets.flatMap((steps, index) => {
    const widget = `widget-${index}`;
    const body = { id: `wgt_${index}`, name: "A", site_url: "https://a.example", status: "active", ...configuration };
    const call = (operation: string, sent: JsonObject | undefined, shown: JsonObject): Exchange => {
      const at = ++n * 10;
      const method = { getWidget: "GET", updateWidget: "PATCH" }[operation] ?? "POST";
      const request = { method, path: `${path}/${body.id}`, ...(sent && { body: sent }) };
      const response = { status: 200, headers: {}, body: { ...body, ...shown } };
      const times = { t0: at, t1: at + 5, began: at, ended: at + 5 };
      return { n, operation, caller: "own", widget, ...times, request, response };
    };
    return [
      call("createWidget", { name: "A", site_url: "https://a.example" }, { status: "draft" }),
      call("getWidget", undefined, {}),
      ...steps.flatMap(([operation, sent, replied, read]) => [
        call(operation, sent, replied),
        call("getWidget", undefined, read),
      ]),
    ];
  });
  const settings = {
    ...{ seed: 1, readLagMs: 0, crawlTimeoutMs: 600_000, sitesVouched: true, isSubscribed: false },
    ...{ otherEvents: 0, endedMs: 10_000 },
  };
  const empty = { walks: [], waits: [], observations: [], events: [], left: [], items: undefined, next: undefined };
  const judged = judge(publishedDocument, { settings, exchanges, ...empty });
  return judged.filter(({ verdict }) => verdict === "fail").map(({ rule }) => rule);
}

const label: Step = ["updateWidget", { button_label: "Go" }, { button_label: "Go" }, { button_label: "Go" }];
/** What an update of the name has lost, and what a pause has: their own answers show it. */
const renamed = (lost: JsonObject): Step => [
  "updateWidget",
  { name: "B" },
  { name: "B", ...lost },
  { name: "B", ...lost },
];
const paused = (lost: JsonObject): Step => [
  "pauseWidget",
  {},
  { status: "paused", ...lost },
  { status: "paused", ...lost },
];
const [kept, lost] = [{ button_label: "Go" }, { button_label: "Ask" }];

test.each<[string, readonly (readonly Step[])[]]>([
  [
    "what an update of others and a pause lose is no matter of the member, though it was written and read right before",
    [
      [label, renamed(lost)],
      [label, paused(lost)],
    ],
  ],
  [
    "what answers to writes show already is read from no cache, though another write loses something else later",
    [
      [label, renamed(lost)],
      [label, renamed(lost), paused({ name: "B", ...lost, persona: "You are Alex." })],
      [label, renamed(kept), paused({ name: "B", ...kept, persona: "You are Alex." })],
    ],
  ],
])("%s", (_, widgets) => {
  expect(brokenRules(widgets)).toEqual(["UPDATE-2", "PAUSE-7"]);
});
