import type { RuleId } from "../../spec/generated/rules.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { type Relaxation, type Relaxed, ruleOfMember } from "./relaxed.ts";
import type { Lens, Phase, State } from "./state.ts";
import { memberOf, pairOf, sendsThemeInPart, type Values, valuesIn } from "./values.ts";

type Effect = (state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed) => readonly State[];

const nothing: ReadonlyMap<string, Json> = new Map();

/** What each operation does to a widget, in each of its states, when it has had its effect (2xx). */
const effects: { readonly [operationId: string]: Effect } = {
  createWidget(state, { response }, _, relaxed) {
    const status = widgetIn(response?.body)?.["status"];
    if (status === undefined || status === "draft") return [state];
    return relaxed.has("CREATE-3") ? anyPhase(state) : [];
  },
  updateWidget(state, { request, isTricky }, { members }, relaxed) {
    if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
    const body = request.body ?? {};
    const sent = valuesIn(body, members);
    const touched = new Set(Object.keys(body));
    const kept = [...state.values].filter(([name]) => !isLoosened(name, touched, relaxed));
    const written = new Set([...state.written, ...sent.keys()]);
    const stuck: State = { ...state, values: new Map([...kept, ...sent]), written };
    const lost: State = { ...state, values: new Map(kept) };
    const withoutTheme = new Map([...stuck.values].filter(([name]) => memberOf(name) !== "theme"));
    return [
      ...mayResume(stuck),
      ...(mayBeLost(body, relaxed) ? [state] : []),
      ...(relaxed.has("UPDATE-5") ? [lost] : []),
      ...(isLeft(state, relaxed) ? leftAsTheyWere(state, stuck, sent.keys()) : []),
      ...(!isTricky && relaxed.has("UPDATE-3") ? ofTrio(state, stuck, body, sent.keys()) : []),
      ...(sendsThemeInPart(body) && relaxed.has("UPDATE-4") ? [{ ...stuck, values: withoutTheme }] : []),
    ];
  },
  pauseWidget(state, _, __, relaxed) {
    if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
    const kept = keepsValues(state, relaxed);
    // That a draft can be paused is assumed: it may be, and may not, or be active when it is resumed.
    if (state.phase === "draft") return [state, { ...state, phase: "paused" }];
    return [{ ...kept, phase: "paused" }, ...(relaxed.has("PAUSE-1") ? anyPhase(kept) : [])];
  },
  resumeWidget(state, _, __, relaxed) {
    if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
    const kept = keepsValues(state, relaxed);
    if (state.phase === "draft") return [state];
    const wasDraft: State[] = state.mayChange ? [{ ...kept, phase: "draft" }] : [];
    return [{ ...kept, phase: "active" }, ...wasDraft, ...(relaxed.has("PAUSE-2") ? anyPhase(kept) : [])];
  },
  recrawlWidget(state, _, __, relaxed) {
    if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
    const values = new Map([...state.values].filter(([name]) => state.written.has(name) || name === "name"));
    const crawling: State = { ...state, values: relaxed.has("UPDATE-5") ? nothing : values, mayChange: true };
    const putBack = relaxed.has("UPDATE-5:put-back")
      ? leftAsTheyWere({ ...state, values: nothing }, crawling, [...state.written].filter(isPutBack))
      : [];
    return [...mayResume(crawling), ...putBack, ...(relaxed.has("RECRAWL-2") ? anyPhase(crawling) : [])];
  },
  deleteWidget(state, { response }, __, relaxed) {
    const gone: State = { ...state, phase: "gone", mayChange: false };
    // 202: it may take a while.
    if (response?.status === 202) return [gone, { ...state, isLeaving: true }];
    return relaxed.has("DELETE-1") ? [gone, state] : [gone];
  },
};

/** The states that a widget may be in after a call on it, by what came back. */
export function after(state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed): readonly State[] {
  const effect = effects[exchange.call];
  if (!effect) return [state];
  const outcome = outcomeOf(exchange);
  if (outcome === "refused") return refused(state, exchange, lens, relaxed);
  const had = effect(state, exchange, lens, relaxed);
  return outcome === "done" ? had : [state, ...had];
}

/** A call that was refused has no effect; but what brings a deleted widget back may say that it does not. */
function refused(state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed): readonly State[] {
  if (!mayBeRefused(state, exchange, lens, relaxed)) return [];
  const isBack = state.phase === "gone" && exchange.call !== "deleteWidget" && relaxed.has("DELETE-6");
  return isBack ? [state, ...revived(state)] : [state];
}

/** What time alone may do to a widget. */
export function later(state: State, lens: Lens, relaxed: Relaxed): readonly State[] {
  const states: State[] = [state];
  if (state.isLeaving) states.push({ ...state, phase: "gone", mayChange: false, isLeaving: false });
  // A site that cannot be crawled may take its widget with it (A-FAIL-1).
  if (state.phase === "draft" && !lens.sitesVouched) states.push({ ...state, phase: "gone", mayChange: false });
  if (state.phase === "draft") {
    const values = relaxed.has("UPDATE-7") ? nothing : state.values;
    states.push({ ...state, phase: "active", mayChange: false, values });
  }
  if (state.phase === "active" && relaxed.has("LIFE-4")) states.push({ ...state, phase: "draft" });
  if (state.phase === "paused" && relaxed.has("PAUSE-1")) states.push({ ...state, phase: "active" });
  if (isRecrawling(state)) states.push({ ...state, values: withoutTexts(state.values) });
  const isCrawled = state.mayChange && state.phase !== "draft" && state.phase !== "gone";
  if (isCrawled && (relaxed.has("RECRAWL-2") || relaxed.has("RECRAWL-7"))) states.push(...anyPhase(state));
  return states;
}

/** Whether a recrawl may be running, or have just ended. */
function isRecrawling({ phase, mayChange }: State): boolean {
  return mayChange && (phase === "active" || phase === "paused");
}

/** The texts that a crawl may make, anew at its end, whoever wrote them (A-RECRAWL-6). */
const crawledTexts: readonly string[] = [
  "persona",
  "intro_title",
  "intro_subtitle",
  "suggested_prompts",
  "button_label",
];

function withoutTexts(values: Values): Values {
  return new Map([...values].filter(([name]) => !crawledTexts.includes(name)));
}

/** What else than a resume does to a paused widget is assumed (A-PATCH-6, A-RECRAWL-3): it may be active again. */
function mayResume(state: State): State[] {
  return state.phase === "paused" ? [state, { ...state, phase: "active" }] : [state];
}

/** The rule that a call breaks which touches another widget. */
const neighbourly: { readonly [operationId: string]: Relaxation } = {
  deleteWidget: "DELETE-8",
  recrawlWidget: "RECRAWL-7",
  pauseWidget: "PAUSE-1:beside",
  resumeWidget: "PAUSE-2:beside",
  updateWidget: "UPDATE-2:beside",
  // No rule is about creates: what another one changes was not sent.
  createWidget: "UPDATE-2:created",
};

/** The operation that touches another widget where a relaxation is one of that. */
export function touchingCall(relaxation: Relaxation): string | undefined {
  if (relaxation === "DELETE-8:vanished") return "deleteWidget";
  return Object.entries(neighbourly).find(([, one]) => one === relaxation)?.[0];
}

/** Whether calls about other widgets are supposed to touch a widget. */
export function touchesNeighbours(relaxed: Relaxed): boolean {
  return relaxed.has("DELETE-8:vanished") || Object.values(neighbourly).some((rule) => relaxed.has(rule));
}

/** What a call about another widget may do to this one, where the rule that forbids it is relaxed. */
export function beside(state: State, { call, script = "" }: Exchange, relaxed: Relaxed): readonly State[] {
  const gone: State = { ...state, phase: "gone" };
  if (call === "deleteWidget" && relaxed.has("DELETE-8:vanished")) return [state, gone];
  const rule = neighbourly[call];
  const isSure = rule !== undefined && (!rule.includes(":") || script.startsWith("quiet-"));
  return isSure && relaxed.has(rule) && state.phase !== "gone"
    ? [state, ...anyPhase({ ...state, values: nothing, mayChange: true }), gone]
    : [state];
}

/** The rule that says that an operation works, by the phase in which it has to. */
const works: { readonly [operationId: string]: { readonly [phase in Phase]?: RuleId } } = {
  updateWidget: { active: "UPDATE-1" },
  pauseWidget: { active: "PAUSE-1" },
  resumeWidget: { paused: "PAUSE-2" },
  recrawlWidget: { active: "RECRAWL-1" },
  deleteWidget: { draft: "DELETE-1", active: "DELETE-1", paused: "DELETE-1" },
};

/** The rule that says that an operation works on a widget in a phase; undefined where it need not. */
export function ruleThatWorks(call: string, phase: Phase): RuleId | undefined {
  return works[call]?.[phase];
}

/** Whether a crawl that may run stands in the way: of another crawl, of a deletion, and of a pause, which is assumed. */
function isInTheWay(state: State, call: string): boolean {
  if (call === "pauseWidget" || call === "resumeWidget") return isRecrawling(state);
  return (call === "recrawlWidget" || call === "deleteWidget") && (state.mayChange || state.phase === "draft");
}

/** Whether a call on a widget may be refused, with no effect. */
function mayBeRefused(state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed): boolean {
  const { phase } = state;
  const { call, response } = exchange;
  const status = response?.status;
  if (phase === "gone" || status === 429) return true;
  if (status === 404 || status === 405) return relaxed.has("PATH-1") || relaxed.has("GET-1");
  if (isInTheWay(state, call)) return true;
  const rule = ruleThatWorks(call, phase);
  return rule === undefined || relaxed.has(rule) || (call === "updateWidget" && isSpared(exchange, lens, relaxed));
}

/** Whether what is known of a member is no longer sure after an update that sent other ones. */
function isLoosened(name: string, touched: ReadonlySet<string>, relaxed: Relaxed): boolean {
  // What of a theme was not sent may stay or go back to a default (A-PATCH-1), and null puts a member back (A-PATCH-2).
  return touched.has(memberOf(name)) || relaxed.has("UPDATE-2");
}

function keepsValues(state: State, relaxed: Relaxed): State {
  return relaxed.has("PAUSE-7") ? { ...state, values: nothing } : state;
}

function anyPhase(state: State): State[] {
  return (["draft", "active", "paused"] as const).map((phase) => ({ ...state, phase }));
}

/** A widget that was deleted, and may be there again in any form. */
function revived(state: State): State[] {
  return [{ ...state, mayChange: true }, ...anyPhase({ ...state, values: nothing, mayChange: true })];
}

/** Whether an update may have been accepted and lost. */
function mayBeLost(body: JsonObject, relaxed: Relaxed): boolean {
  return relaxed.has("UPDATE-5") || relaxed.has("UPDATE-5:left") || (sendsTrio(body) && relaxed.has("UPDATE-3"));
}

/** Whether an update may be refused: values that are hard may be refused honestly, within other limits than ours. */
function isSpared({ request, response, isTricky }: Exchange, { accepted }: Lens, relaxed: Relaxed): boolean {
  const body = request.body ?? {};
  // Names may have to be unique (A-CREATE-4).
  const isTaken = response?.status === 409 && body["name"] !== undefined;
  if (isTricky || isTaken || (sendsTrio(body) && relaxed.has("UPDATE-3") && !accepted.has(trio))) return true;
  if (sendsThemeInPart(body) && relaxed.has("UPDATE-4") && !accepted.has("theme")) return true;
  return Object.entries(body).some(([name, value]) => {
    const rule = ruleOfMember(name);
    return rule !== undefined && relaxed.has(rule) && !accepted.has(pairOf(name, value));
  });
}

/** The three that the documentation sends in one call. */
const trio = "persona,theme,voice";

function sendsTrio(body: JsonObject): boolean {
  return sendsOfTrio(body) === 3;
}

/** How many of the three an update sends. */
function sendsOfTrio(body: JsonObject): number {
  return trio.split(",").filter((name) => body[name] !== undefined).length;
}

/** Where one of the three is as it was before, or, in one call with another, is anything. */
function ofTrio(before: State, stuck: State, body: JsonObject, sent: Iterable<string>): State[] {
  const some = [...sent].filter((name) => trio.split(",").includes(memberOf(name)));
  return [...leftAsTheyWere(before, stuck, some), ...(sendsOfTrio(body) > 1 ? [withoutTrio(stuck)] : [])];
}

function withoutTrio(state: State): State {
  const values = [...state.values].filter(([name]) => !trio.split(",").includes(memberOf(name)));
  return { ...state, values: new Map(values) };
}

/** Whether a recrawl may be suspected to put a member back: of the others a rule says that they keep what was written. */
function isPutBack(name: string): boolean {
  const kept = ["OBJ-3", "OBJ-8", "OBJ-11", "OBJ-12"];
  return !kept.includes(ruleOfMember(name) ?? "");
}

/** Whether an update may have left a member as it was: at any time, or after a recrawl that has put it back. */
function isLeft({ phase, mayChange }: State, relaxed: Relaxed): boolean {
  return relaxed.has("UPDATE-5:left") || (relaxed.has("UPDATE-5:put-back") && mayChange && phase !== "draft");
}

/** The states in which one of the members that were sent, and no other, is as it was before, where that is known. */
function leftAsTheyWere(before: State, stuck: State, sent: Iterable<string>): State[] {
  return [...sent].map((name) => {
    const { [name]: _, ...others } = Object.fromEntries(stuck.values);
    const old = before.values.get(name);
    return { ...stuck, values: new Map(Object.entries(old === undefined ? others : { ...others, [name]: old })) };
  });
}
