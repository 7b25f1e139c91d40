import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { operationsOf } from "../../spec/operations.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Means, RunRecord } from "../history/record.ts";
import { widgetIn } from "../history/views.ts";
import type { ConfirmedJudgement } from "../judge/judge-record.ts";
import { entryOf } from "../rules/index.ts";
import { groupOf } from "./report.ts";

/** Why there is no verdict on a rule. */
export interface Reason {
  readonly reason: string;
  /** The option of the command that would change it; undefined where none would. */
  readonly option?: string;
}

/** Why there is no verdict on a rule; undefined where there is one. */
export function reasonFor(
  document: WidgetsDocument,
  record: RunRecord,
  { rule, verdict, confirmed, findings }: ConfirmedJudgement,
): Reason | undefined {
  const [first] = findings;
  switch (verdict) {
    case "not-observed":
      return unseen(document, record, rule);
    case "inconclusive":
      return confirmed
        ? { reason: `it was broken once, and in none of ${confirmed.of} tries again`, option: "--effort thorough" }
        : { reason: "it was broken once, and the run ended before it was tried again" };
    case "error":
      return { reason: first?.says ?? "something else than the implementation failed" };
    default:
      return undefined;
  }
}

/** The first thing that was missing, in the order in which a run needs them. */
function unseen(document: WidgetsDocument, record: RunRecord, rule: RuleId): Reason {
  const { level, needs = [] } = document["x-rules"][rule];
  const [look] = record.passes;
  if (level === "never" || needs.length === 0) return { reason: "no run can judge it" };
  return (
    (look && unmade(look.history)) ??
    (record.means.isReplay && { reason: "only a counterexample was done again" }) ??
    missing(record.means, rule, needs) ??
    (look &&
      (unheard(look.history, needs) ??
        blurred(look.history) ??
        cutShort(look.history) ??
        inactive(look.history) ??
        unlisted(look.history, rule) ??
        refused(document, look.history, rule) ??
        unmadeSome(look.history))) ??
    unplanned(record, rule)
  );
}

/** What the run was not given. */
function missing({ adapter, secondCredential, listens }: Means, rule: RuleId, needs: readonly string[]) {
  if (needs.includes("second-organization") && !secondCredential) {
    return { reason: "it needs another organization's key", option: "--second-api-key <key>" };
  }
  if (needs.includes("webhook") && !listens) {
    return { reason: "it needs a receiver of events", option: "--webhook-port <n>" };
  }
  if (!needs.some((need) => need === "visitor" || need === "inspection" || need === "site")) return undefined;
  const option = "--adapter <module>";
  if (adapter.length === 0) return { reason: "the API alone does not show it: it needs an adapter", option };
  const absent = entryOf(rule).adapter?.find((member) => !adapter.includes(member));
  return absent && { reason: `it needs ${absent} of the adapter`, option };
}

/** Why nobody knows whether events should have come. */
function unheard({ settings, events }: History, needs: readonly string[]): Reason | undefined {
  if (!needs.includes("webhook") || settings.isSubscribed || events.length > 0) return undefined;
  return { reason: "no event came, and nobody says that the target sends them here", option: "--webhook-subscribed" };
}

/** Why no widget could be looked at. */
function unmade({ exchanges }: History): Reason | undefined {
  const creates = callsOf(exchanges, "createWidget");
  if (creates.some((one) => outcomeOf(one) === "done")) return undefined;
  const status = creates[0]?.response?.status;
  const reason = `no widget could be created: ${answersOf(creates)}`;
  return status === 401 || status === 403 ? { reason, option: "--api-key <key>" } : { reason };
}

function inactive({ waits, settings }: History): Reason | undefined {
  if (waits.length === 0 || waits.some(({ ended }) => ended === "active")) return undefined;
  const reason = "no widget became active while the run waited";
  return { reason, option: settings.sitesVouched ? "--crawl-timeout <time>" : "--site <url>" };
}

/** Why there are no stories of widgets. */
function blurred({ exchanges }: History): Reason | undefined {
  const made = callsOf(exchanges, "createWidget").filter((one) => outcomeOf(one) === "done" && one.probe === undefined);
  const ids = made.map(({ response }) => widgetIn(response?.body)?.["id"]).filter((id) => id !== undefined);
  if (new Set(ids).size === ids.length) return undefined;
  return { reason: "creates gave the same id, so that widgets cannot be told apart" };
}

function cutShort({ cutShort: why }: History): Reason | undefined {
  if (why === undefined) return undefined;
  const reason = `the run ended before that: ${why}`;
  return why.includes("time was over") ? { reason, option: "--time-limit <time>" } : { reason };
}

/** Widgets that were to show it could not be made, as where there is a quota. */
function unmadeSome({ exchanges }: History): Reason | undefined {
  const creates = callsOf(exchanges, "createWidget").filter(({ probe }) => probe === undefined);
  const none = creates.filter((one) => outcomeOf(one) === "refused");
  if (none.length === 0) return undefined;
  return { reason: `${none.length} of ${creates.length} creates were refused: ${answersOf(none)}` };
}

/** Why the list tells nothing. */
function unlisted({ exchanges, items, next }: History, rule: RuleId): Reason | undefined {
  if (!/^(LIST|SCOPE-3)/.test(rule)) return undefined;
  const lists = callsOf(exchanges, "listWidgets");
  if (!lists.some((one) => outcomeOf(one) === "done")) return { reason: `no list came: ${answersOf(lists)}` };
  if (!items) return { reason: "where a list has its widgets could not be told" };
  if (!next) return { reason: "how a page of the list leads to the next could not be told" };
  return { reason: "the list was not walked to its end", option: "--max-list-calls <n>" };
}

/** The operation that a rule is about was never carried out. */
function refused(document: WidgetsDocument, { exchanges }: History, rule: RuleId): Reason | undefined {
  const group = groupOf(rule).toLowerCase();
  const operation = operationsOf(document).find(({ id }) => id.toLowerCase() === `${group}widget`)?.id;
  const calls = operation === undefined ? [] : callsOf(exchanges, operation);
  if (calls.length === 0 || calls.some((one) => outcomeOf(one) === "done")) return undefined;
  return { reason: `no ${operation} was accepted: ${answersOf(calls)}` };
}

/** What was given was not enough, or not used. */
function unplanned({ means, passes }: RunRecord, rule: RuleId): Reason {
  const plan = passes[0]?.plan;
  const planned = plan ? plan.quiet.length + plan.scripts.length + plan.visitor.length : 0;
  if (entryOf(rule).adapter && plan && plan.visitor.length > 0) {
    return { reason: "what the adapter showed had nothing to be held against, such as a success beside a refusal" };
  }
  if (planned >= means.maxWidgets) {
    return { reason: `${means.maxWidgets} widgets were too few to get to it`, option: "--max-widgets <n>" };
  }
  if (means.effort === "thorough") return { reason: "nothing of it was seen" };
  const more = means.effort === "quick" ? "normal" : "thorough";
  return { reason: `it was not put to the proof with the effort ${means.effort}`, option: `--effort ${more}` };
}

function callsOf(exchanges: readonly Exchange[], wanted: string): Exchange[] {
  return exchanges.filter(({ operation, caller }) => operation === wanted && caller === "own");
}

/** What came back, each answer once. */
function answersOf(exchanges: readonly Exchange[]): string {
  const answers = exchanges.map(({ response, error }) => String(response?.status ?? error ?? "no answer"));
  return [...new Set(answers)].slice(0, 3).join(", ") || "it was not tried";
}
