import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import type { Finding } from "./finding.ts";

/** How long creates may take before they seem to wait for a crawl. */
const patientMs = 5000;

/** CREATE-1, CREATE-2 and CREATE-4. */
export function createFindings(history: History): Finding[] {
  const all = history.exchanges.filter(({ operation, caller }) => operation === "createWidget" && caller === "own");
  const done = all.filter((one) => outcomeOf(one) === "done");
  const refused = all.filter((one) => outcomeOf(one) === "refused");
  const status = refused[0]?.response?.status;
  const says = `No create of a widget with name and site_url was accepted: ${status}.`;
  const calls = refused.map(({ n }) => n).slice(0, 1);
  // Who does not vouch for a site cannot know that one under .example may be used (A-VAL-4).
  const none: Finding[] =
    done.length === 0 && status !== undefined && history.settings.sitesVouched
      ? [{ rule: "CREATE-1", level: "fail", says, calls }]
      : [];
  return [...none, ...unusualNames(done, refused), ...done.flatMap(createdWidget), ...slowCreates(history, done)];
}

/** CREATE-1, where a name alone decides: refused, while a later create of a plainer name was accepted. A quota would refuse that too. */
function unusualNames(done: readonly Exchange[], refused: readonly Exchange[]): Finding[] {
  return refused
    .filter(({ n, request, response }) => {
      const isUnusual = /[^\p{ASCII}]/u.test(String(request.body?.["name"]));
      return isUnusual && response?.status !== 429 && done.some((later) => later.n > n);
    })
    .map(({ n, request, response, origin }): Finding => {
      const says = `A widget could not be named ${JSON.stringify(request.body?.["name"])}: ${response?.status}.`;
      return { rule: "CREATE-1", level: "fail", says, calls: [n], script: origin?.script ?? "" };
    });
}

/** What is wrong with the answer to a create. */
function createdWidget({ n, response, request }: Exchange): Finding[] {
  const id = isJsonObject(response?.body) ? response.body["id"] : undefined;
  const calls = [n];
  if (typeof id === "number") {
    return [{ rule: "OBJ-1", level: "fail", says: `The id of a new widget is a number: ${id}.`, calls }];
  }
  const widget = widgetIn(response?.body);
  const [name, sent] = [widget?.["name"], request.body?.["name"]];
  const wrong = (what: string): Finding[] => [
    { rule: "CREATE-2", level: "fail", says: `The answer to a create ${what}.`, calls },
  ];
  if (!widget) return wrong("holds no widget with an id");
  if (name !== undefined && name !== sent)
    return wrong(`names it ${JSON.stringify(name)}, not ${JSON.stringify(sent)}`);
  return [];
}

function slowCreates({ waits: waited }: History, done: readonly Exchange[]): Finding[] {
  const durations = done.map(({ t0, t1 }) => t1 - t0).sort((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)] ?? 0;
  const fastest = Math.min(...waited.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  if (median <= patientMs || median <= fastest) return [];
  const says = `Half of the creates took ${median} ms or more, as long as a crawl.`;
  return [{ rule: "CREATE-4", level: "fail", says, calls: done.map(({ n }) => n) }];
}
