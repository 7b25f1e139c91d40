import type { ApiDocument, Schema } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { createStep, type Script, until } from "./script.ts";
import type { CallStep, CleanStep, PlanStep } from "./step.ts";
import { kindOf, membersIn, partsOf } from "./values.ts";

/** The site of the widget whose crawl is to fail: nothing can ever be there (RFC 2606, section 2). */
const failingSite = "https://nothing-is-here.invalid";

/** A page that is on nobody's list. */
const elsewhere = { origin: "https://elsewhere.example" };

/**
 * What is asked beyond the documented rules, to see how an implementation fills the gaps of the documentation: after
 * everything else, on widgets that nobody needs any more, and on one whose crawl is to fail, or an ordinary one where that
 * is rejected. That one is created twice, by the same key.
 */
export function probeScripts(document: ApiDocument): Script[] {
  return [
    keyed("probe-failing", { site_url: failingSite }, failing),
    { ...keyed("probe-keyed", {}, []), insteadOf: "probe-failing" },
    lists(document),
    live(document),
  ];
}

/** Another page size than the largest is allowed. */
const tooMuch = 10;

function lists(document: ApiDocument): Script {
  const list = (rule: RuleId, query?: CallStep["query"]) => probe(rule, "listWidgets", query && { query });
  const steps = [
    list("A-LIST-2"),
    list("A-LIST-2", { limit: "0" }),
    list("A-LIST-2", { limit: String(tooMuch * mostListed(document)) }),
    list("A-LIST-5", { cursor: "garbled" }),
    probe("A-AUTH-3", "getWidget", { id: "unknown" }),
  ];
  return { id: "probe-lists", lane: "probe", steps: [until("told"), ...steps, until("ended"), afterDeleted] };
}

/** A page that begins where a widget stood that the run has deleted. */
const afterDeleted = probe("A-LIST-4", "listWidgets", { query: { limit: "3" }, cursor: "of-a-deleted-widget" });

/** One after the other on an active widget; the last ones delete it. */
function live(document: ApiDocument): Script {
  const { text, choice, hosts, object, number } = examplesOf(document);
  const update = (rule: RuleId, body: JsonObject, asRead?: readonly string[]) =>
    probe(rule, "updateWidget", { body, ...(asRead && { asRead }) });
  const visitor = (rule: RuleId, operation: string, more: Partial<CallStep> = {}) =>
    probe(rule, operation, { caller: "anonymous", needsVisitors: true, ...more });
  const steps: PlanStep[] = [
    update("A-PATCH-3", {}),
    update("A-VAL-3", { never_heard_of: true }, [text]),
    update("A-PATCH-4", {}, [text, "id", "status", "created_at"]),
    update("A-VAL-1", { [text]: {} }),
    update("A-PATCH-1", { [object]: { [number]: 8 } }),
    update("A-PATCH-2", { [choice]: null }),
    probe("A-PATCH-2", "getWidget"),
    visitor("A-VIS-1", "getVisitorConfig"),
    visitor("A-VIS-4", "startConversation", { headers: elsewhere }),
    visitor("A-VIS-6", "updateWidget", { caller: "own", body: { [hosts]: [] } }),
    visitor("A-VIS-6", "startConversation", { headers: elsewhere }),
    probe("A-PAUSE-1", "pauseWidget"),
    probe("A-PAUSE-2", "pauseWidget"),
    visitor("A-VIS-3", "startConversation"),
    probe("A-DELETE-1", "deleteWidget"),
    probe("A-DELETE-2", "deleteWidget"),
    remove,
  ];
  return { id: "probe-live", lane: "probe", borrows: "spare", steps: [until("told"), until("ended"), ...steps] };
}

const failing: readonly PlanStep[] = [
  probe("A-FAIL-1", "getWidget"),
  probe("A-RECRAWL-4", "recrawlWidget"),
  probe("A-RECRAWL-4", "getWidget"),
];

const remove: CleanStep = { kind: "clean", probe: "A-DELETE-4" };

function keyed(id: string, body: JsonObject, steps: readonly PlanStep[]): Script {
  const headers = { "idempotency-key": "{uuid}" };
  const made: CallStep = { ...createStep, body, headers, probe: "A-VAL-4" };
  return { id, lane: "probe", steps: [made, { ...made, probe: "A-IDEM-1" }, until("ended"), ...steps, remove] };
}

function probe(rule: RuleId, operation: string, more: Partial<CallStep> = {}): CallStep {
  return { kind: "call", operation, probe: rule, ...more };
}

/** A member of each kind that probes write to. */
function examplesOf(document: ApiDocument) {
  const members = [...membersIn(document)];
  const firstNumber = (schema: Schema) =>
    [...partsOf(document, schema)].find(([, part]) => kindOf(document, part) === "number")?.[0] ?? "";
  const [object = "", schema = {}] = members.find(([, one]) => firstNumber(one) !== "") ?? [];
  const nameOf = (isIt: (one: Schema) => boolean) => members.find(([, one]) => isIt(one))?.[0] ?? "";
  return {
    ...{ object, number: firstNumber(schema) },
    text: nameOf((one) => kindOf(document, one) === "line"),
    hosts: nameOf((one) => kindOf(document, one) === "hosts"),
    // With a default to go back to, and values that are not fixed.
    choice: nameOf(({ default: usual, enum: values, examples }) => Boolean(usual && !values && examples)),
  };
}

/** The largest page, as the document has it. */
function mostListed(document: ApiDocument): number {
  const parameters = operationsOf(document).find(({ id }) => id === "listWidgets")?.parameters ?? [];
  return parameters.find(({ name }) => name === "limit")?.schema.maximum ?? 100;
}
