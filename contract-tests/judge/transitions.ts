import type { RuleId } from "../../spec/generated/rules.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { anyPhase, leftAsTheyWere, mayResume, nothing, revived } from "./changes.ts";
import { isCrawled, ruleOfMember } from "./members.ts";
import type { Relaxed } from "./relaxed.ts";
import type { Lens, Phase, State } from "./state.ts";
import { isSpared, updated } from "./update-effect.ts";
import type { Values } from "./values.ts";

type Effect = (state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed) => readonly State[];

/** What each operation does to a widget, in each of its states, when it has had its effect (2xx). */
const effects: { readonly [operationId: string]: Effect } = {
  createWidget(state, { response }, _, relaxed) {
    const status = widgetIn(response?.body)?.["status"];
    if (status === undefined || status === "draft") return [state];
    return relaxed.has("CREATE-3") ? anyPhase(state) : [];
  },
  updateWidget: updated,
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
  recrawlWidget(state, _, { members }, relaxed) {
    if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
    const values = new Map([...state.values].filter(([name]) => state.written.has(name) || name === "name"));
    const crawling: State = { ...state, values: relaxed.has("UPDATE-5") ? nothing : values, mayChange: true };
    const putBack = relaxed.has("UPDATE-5:put-back")
      ? leftAsTheyWere(
          { ...state, values: nothing },
          crawling,
          [...state.written].filter((name) => isPutBack(ruleOfMember(members, name))),
        )
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
  const effect = effects[exchange.operation];
  if (!effect) return [state];
  const outcome = outcomeOf(exchange);
  if (outcome === "refused") return refused(state, exchange, lens, relaxed);
  const had = effect(state, exchange, lens, relaxed);
  return outcome === "done" ? had : [state, ...had];
}

/** A call that was refused has no effect; but what brings a deleted widget back may say that it does not. */
function refused(state: State, exchange: Exchange, lens: Lens, relaxed: Relaxed): readonly State[] {
  if (!mayBeRefused(state, exchange, lens, relaxed)) return [];
  const isBack = state.phase === "gone" && exchange.operation !== "deleteWidget" && relaxed.has("DELETE-6");
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
  if (isRecrawling(state)) states.push({ ...state, values: withoutCrawled(state.values, lens) });
  const isCrawled = state.mayChange && state.phase !== "draft" && state.phase !== "gone";
  if (isCrawled && (relaxed.has("RECRAWL-2") || relaxed.has("RECRAWL-7"))) states.push(...anyPhase(state));
  return states;
}

/** Whether a recrawl may be running, or have just ended. */
function isRecrawling({ phase, mayChange }: State): boolean {
  return mayChange && (phase === "active" || phase === "paused");
}

/** What is sure of members when a crawl may have made texts anew at its end, whoever wrote them (A-RECRAWL-6). */
function withoutCrawled(values: Values, { members }: Lens): Values {
  return new Map([...values].filter(([name]) => !isCrawled(members, name)));
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
  const { operation, response } = exchange;
  const status = response?.status;
  if (phase === "gone" || status === 429) return true;
  if (status === 404 || status === 405) return relaxed.has("PATH-1") || relaxed.has("GET-1");
  if (isInTheWay(state, operation)) return true;
  const rule = ruleThatWorks(operation, phase);
  return rule === undefined || relaxed.has(rule) || (operation === "updateWidget" && isSpared(exchange, lens, relaxed));
}

function keepsValues(state: State, relaxed: Relaxed): State {
  return relaxed.has("PAUSE-7") ? { ...state, values: nothing } : state;
}

/** Whether a recrawl may be suspected to put a member back: of the others a rule says that they keep what was written. */
function isPutBack(rule: RuleId | undefined): boolean {
  const kept = ["OBJ-3", "OBJ-8", "OBJ-11", "OBJ-12"];
  return !kept.includes(rule ?? "");
}
