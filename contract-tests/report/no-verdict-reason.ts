import type { Rule, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { defined } from "../defined.ts";
import { type Exchange, outcomeOf, outcomeText, ownCallsOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Means, RunRecord } from "../history/record.ts";
import { widgetIn } from "../history/views.ts";
import type { ConfirmedJudgement } from "../judge/judge-record.ts";
import { widgetsToExplore } from "../options.ts";
import { ofLane, widgetsIn } from "../plan/plan.ts";
import { entryOf } from "../rules/index.ts";

/** Why a rule has no verdict. */
export interface NoVerdictReason {
  readonly reason: string;
  /** Option of the command that would change it, where there is one. */
  readonly option?: string;
}

/** Finds out why a rule has no verdict; undefined where it has one. */
export function noVerdictReason(
  document: WidgetsDocument,
  record: RunRecord,
  { rule, verdict, reproduced, findings, reason, option }: ConfirmedJudgement,
): NoVerdictReason | undefined {
  if (reason !== undefined) return { reason, ...defined({ option }) };
  switch (verdict) {
    case "not-observed":
      return notObservedReason(record, rule, document["x-rules"][rule]);
    case "inconclusive":
      return reproduced
        ? {
            reason: `a violation was found, but reproduced ${reproduced.times} of ${reproduced.of} times`,
            option: "--effort thorough",
          }
        : notReproducedReason(record);
    case "error":
      return { reason: findings[0]?.message ?? "something besides the server failed" };
    default:
      return undefined;
  }
}

function notReproducedReason({ passes }: RunRecord): NoVerdictReason {
  const reason = "a violation was found, and the run ended before it could be reproduced";
  const isCut = passes.some(({ history }) => history.stoppedEarly !== undefined);
  return isCut
    ? { reason }
    : { reason: "a violation was found, and no widget was left to reproduce it", option: moreWidgets };
}

const moreWidgets = "--max-widgets <n>";

/** The first thing that was missing, in the order in which a run needs them. */
function notObservedReason(record: RunRecord, rule: RuleId, { level, needs = [] }: Rule): NoVerdictReason {
  const history = record.passes[0]?.history;
  if (level === "never" || needs.length === 0) return { reason: "no run can check it" };
  return (
    (history && noWidgetCreated(history)) ??
    (record.means.isReplay && { reason: "the run only replayed a reproduction" }) ??
    missingMeans(record.means, rule, needs) ??
    (history &&
      (noEventReceived(history, needs) ??
        repeatedIds(history) ??
        stoppedBefore(history) ??
        noWidgetActive(history) ??
        unreadableList(history, rule) ??
        operationRejected(history, rule) ??
        createsRejected(history))) ??
    notPlanned(record, rule)
  );
}

function missingMeans({ adapter, secondCredential, listens }: Means, rule: RuleId, needs: readonly string[]) {
  if (needs.includes("second-organization") && !secondCredential) {
    return { reason: "needs an API key of another organization", option: "--second-api-key <key>" };
  }
  if (needs.includes("webhook") && !listens) {
    return { reason: "needs a receiver for webhooks", option: "--webhook-port <n>" };
  }
  if (!needs.some((need) => need === "visitor" || need === "inspection" || need === "site")) return undefined;
  const option = "--adapter <module>";
  if (adapter.length === 0) return { reason: "needs an adapter: the API alone does not show it", option };
  const missing = entryOf(rule).adapter?.find((member) => !adapter.includes(member));
  return missing && { reason: `needs an adapter with ${missing}()`, option };
}

function noEventReceived({ settings, events }: History, needs: readonly string[]): NoVerdictReason | undefined {
  if (!needs.includes("webhook") || settings.isSubscribed || events.length > 0) return undefined;
  return { reason: "no webhook came, and the server may not send any here", option: "--webhook-subscribed" };
}

function noWidgetCreated({ exchanges }: History): NoVerdictReason | undefined {
  const creates = ownCallsOf(exchanges, "createWidget");
  if (creates.some((one) => outcomeOf(one) === "done")) return undefined;
  const status = creates[0]?.response?.status;
  const reason = `no widget could be created: ${responsesText(creates)}`;
  return status === 401 || status === 403 ? { reason, option: "--api-key <key>" } : { reason };
}

function noWidgetActive({ waits, settings }: History): NoVerdictReason | undefined {
  if (waits.length === 0 || waits.some(({ ended }) => ended === "active")) return undefined;
  const reason = "no widget became active while the run waited";
  return { reason, option: settings.sitesVouched ? "--crawl-timeout <time>" : "--site <url>" };
}

function repeatedIds({ exchanges }: History): NoVerdictReason | undefined {
  const creates = ownCallsOf(exchanges, "createWidget").filter(({ probe }) => probe === undefined);
  const ids = creates
    .filter((one) => outcomeOf(one) === "done")
    .flatMap(({ response }) => widgetIn(response?.body)?.["id"] ?? []);
  if (new Set(ids).size === ids.length) return undefined;
  return { reason: "several creates returned the same id, so widgets cannot be told apart" };
}

function stoppedBefore({ stoppedEarly }: History): NoVerdictReason | undefined {
  if (stoppedEarly === undefined) return undefined;
  const reason = `the run stopped before: ${stoppedEarly.message}`;
  return stoppedEarly.cause === "time-limit" ? { reason, option: "--time-limit <time>" } : { reason };
}

/** Widgets that were to show it were rejected, such as by a quota. */
function createsRejected({ exchanges }: History): NoVerdictReason | undefined {
  const creates = ownCallsOf(exchanges, "createWidget").filter(({ probe }) => probe === undefined);
  // What was turned away for its pace was sent again.
  const isRepeated = ({ ended, widget, response }: Exchange) =>
    response?.status === 429 && creates.some((later) => later.widget === widget && later.began > ended);
  const final = creates.filter((one) => !isRepeated(one));
  const rejected = final.filter((one) => outcomeOf(one) === "refused");
  if (rejected.length === 0) return undefined;
  return { reason: `${rejected.length} of ${final.length} creates were rejected: ${responsesText(rejected)}` };
}

function unreadableList({ exchanges, items, next }: History, rule: RuleId): NoVerdictReason | undefined {
  if (!entryOf(rule).isOfLists) return undefined;
  const lists = ownCallsOf(exchanges, "listWidgets");
  if (!lists.some((one) => outcomeOf(one) === "done")) return { reason: `no list: ${responsesText(lists)}` };
  if (!items) return { reason: "no array with the run's widgets was found in a list" };
  if (!next) return { reason: "no cursor to the next page was found in a list" };
  return { reason: "no list was read to its last page", option: "--max-list-calls <n>" };
}

/** The operation that the rule is about never succeeded. */
function operationRejected({ exchanges }: History, rule: RuleId): NoVerdictReason | undefined {
  const { operation } = entryOf(rule);
  const calls = operation === undefined ? [] : ownCallsOf(exchanges, operation);
  if (calls.length === 0 || calls.some((one) => outcomeOf(one) === "done")) return undefined;
  return { reason: `no ${operation} succeeded: ${responsesText(calls)}` };
}

function notPlanned({ means, passes }: RunRecord, rule: RuleId): NoVerdictReason {
  const plan = passes[0]?.plan;
  const planned = plan ? widgetsIn(ofLane(plan.scripts, "quiet", "visitor", "parallel")) : 0;
  if (entryOf(rule).adapter && plan && ofLane(plan.scripts, "visitor").length > 0) {
    return { reason: "no observation of the adapter to compare with, such as a conversation that does start" };
  }
  if (planned >= widgetsToExplore(means)) {
    return { reason: `it needs more than ${means.maxWidgets} widgets`, option: moreWidgets };
  }
  if (means.effort === "thorough") return { reason: "nothing in the run showed it" };
  const more = means.effort === "quick" ? "normal" : "thorough";
  return { reason: `the effort ${means.effort} does not check it`, option: `--effort ${more}` };
}

/** The distinct responses, abbreviated. */
function responsesText(exchanges: readonly Exchange[]): string {
  const responses = exchanges.map((one) => {
    const { defect } = one.response ?? {};
    return outcomeText(one) + (defect === undefined ? "" : `, but ${defect}`);
  });
  return [...new Set(responses)].slice(0, 3).join(", ") || "it was not tried";
}
