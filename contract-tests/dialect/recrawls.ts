import { isDeepStrictEqual } from "node:util";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { outcomeOf } from "../history/exchange.ts";
import { getBefore, getsIn, writesIn } from "../history/timeline.ts";
import { longestOf } from "../history/window.ts";
import type { DialectContext } from "./dialect-context.ts";
import type { DialectObservation } from "./observation.ts";

/** Observes whether a recrawl replaces members that no request wrote (A-RECRAWL-6). */
export function observeRecrawls({ document, history, timelines }: DialectContext): DialectObservation[] {
  const names = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()];
  return timelines.flatMap((timeline): DialectObservation[] => {
    const writes = writesIn(timeline);
    const recrawl = writes.find((write) => write.operation === "recrawlWidget" && outcomeOf(write) === "done");
    const last = getsIn(timeline).at(-1);
    const before = recrawl && getBefore(timeline, recrawl);
    if (!recrawl || !last || !before || last.exchange.t0 - recrawl.t1 < longestOf(history.waits)) return [];
    const written = new Set(writes.flatMap(({ request }) => Object.keys(request.body ?? {})));
    const isReplaced = names
      .filter((name) => !written.has(name))
      .some((name) => !isDeepStrictEqual(before.widget[name] ?? null, last.widget[name] ?? null));
    const deviation = isReplaced ? "a recrawl replaces members that no request wrote" : undefined;
    return [{ rule: "A-RECRAWL-6", calls: [recrawl, last.exchange], deviation }];
  });
}
