import type { RuleId } from "../../spec/generated/rules.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { lookBefore, type Watched } from "./looks.ts";
import type { Sight } from "./sight.ts";

/** What the visitor's operations show, where an implementation has those that are assumed. */
export function visitorSights(history: History, watched: readonly Watched[]): Sight[] {
  const config = probed(history, "A-VIS-1", "getVisitorConfig");
  if (!config || outcomeOf(config) === "unknown") return [];
  const calls = [config.n];
  if (outcomeOf(config) === "refused") return [];
  const known: Sight[] = [{ rule: "A-VIS-1", calls }];
  return [...known, ...fromElsewhere(history, watched), ...withoutDomains(history)];
}

function probed({ exchanges }: History, rule: RuleId, call: string) {
  return exchanges.findLast((exchange) => exchange.probe === rule && exchange.operation === call);
}

/** A-VIS-4: a page that is not in the domains starts a conversation. */
function fromElsewhere(history: History, watched: readonly Watched[]): Sight[] {
  const start = probed(history, "A-VIS-4", "startConversation");
  const domains = start && watched.map((one) => (one.name === start.widget ? lookBefore(one, start) : undefined));
  const listed = domains?.find((look) => look !== undefined)?.widget["domains"];
  // Where there are none, any page may.
  if (!start || outcomeOf(start) === "unknown" || !Array.isArray(listed) || listed.length === 0) return [];
  const status = start.response?.status;
  const otherwise = status === 403 ? {} : { otherwise: `a page that is not in domains is answered ${status}` };
  return [{ rule: "A-VIS-4", calls: [start.n], ...otherwise }];
}

/** A-VIS-6: the same, where there are no domains. */
function withoutDomains(history: History): Sight[] {
  const update = probed(history, "A-VIS-6", "updateWidget");
  const start = probed(history, "A-VIS-6", "startConversation");
  if (!update || !start || outcomeOf(update) !== "done" || outcomeOf(start) === "unknown") return [];
  const calls = [update.n, start.n];
  const isDone = outcomeOf(start) === "done";
  const started: Sight[] = isDone ? [{ rule: "A-VIS-2", calls: [start.n] }] : [];
  return [...started, { rule: "A-VIS-6", choice: isDone ? "any" : "none", calls }];
}
