import type { HistorySettings } from "../history/history.ts";
import { type Relaxed, ruleOfMember } from "./relaxed.ts";
import { keyOf, type Lens, learned, misfits, type State } from "./state.ts";
import type { Moment, Timeline } from "./timeline.ts";
import { after, beside, later } from "./transitions.ts";
import { valuesIn } from "./values.ts";

/** What was seen of a widget that fits no state it may have been in. */
export interface Contradiction {
  readonly timeline: Timeline;
  /** Where the story cannot go on. */
  readonly moment: Moment;
  /** What does not fit, by the members' names: those of the state that comes nearest. */
  readonly wrong: readonly string[];
  /** The states that it may have been in. */
  readonly states: readonly State[];
}

/** States that a widget may have been in, until a moment and a time. */
interface Past {
  readonly states: readonly State[];
  readonly until: number;
  readonly untilMs: number;
}

/**
 * Follows a widget through all that was seen of it, keeping every state that it may be in.
 * @returns where that leads nowhere; undefined where all fits
 */
export function follow(
  timeline: Timeline,
  lens: Lens,
  { readLagMs }: HistorySettings,
  relaxed: Relaxed,
): Contradiction | undefined {
  let states = settle(after(firstState(timeline, lens), timeline.created, lens, relaxed), relaxed);
  if (states.length === 0) return contradictionAtCreate(timeline, lens);
  const past: Past[] = [];
  /** Calls whose answers are not known, or have not come yet, may have their effect at any time. */
  const open: Moment[] = [];
  for (const moment of timeline.moments) {
    const { exchange } = moment;
    states = withOpen(settle(states, relaxed), open, lens, relaxed);
    if (moment.kind === "call") {
      const next = distinct(states.flatMap((state) => afterCall(state, moment, lens, relaxed)));
      if (next.length === 0) return { timeline, moment, wrong: ["answer"], states };
      if (keysOf(next) !== keysOf(states)) past.push({ states, until: exchange.ended, untilMs: exchange.t1 });
      if (exchange.response === undefined || exchange.response.status >= 500) open.push(moment);
      states = next;
      continue;
    }
    const began = moment.kind === "missing" ? moment.began : exchange.began;
    const old = past.filter(({ until, untilMs }) => until > began || untilMs > exchange.t0 - readLagMs);
    const underWay = timeline.moments.filter(
      (other) =>
        other.kind === "call" && other.exchange.began < exchange.ended && other.exchange.ended > exchange.ended,
    );
    const maybe = withOpen([...states, ...old.flatMap((one) => settle(one.states, relaxed))], underWay, lens, relaxed);
    const fitting = maybe.filter((state) => fits(state, moment, lens, relaxed));
    if (fitting.length === 0) return { timeline, moment, wrong: nearest(maybe, moment, lens), states: maybe };
    // A read that may have shown the past says nothing of the present.
    if (old.length > 0 || underWay.length > 0) continue;
    states = distinct(moment.kind === "shown" ? fitting.map((state) => learned(state, moment.widget, lens)) : fitting);
  }
  return undefined;
}

function firstState({ created }: Timeline, { members }: Lens): State {
  const values = valuesIn(created.request.body ?? {}, members);
  return { phase: "draft", values, written: new Set(values.keys()), mayChange: true };
}

function contradictionAtCreate(timeline: Timeline, lens: Lens): Contradiction {
  const moment: Moment = { kind: "call", exchange: timeline.created, isOwn: true };
  return { timeline, moment, wrong: ["status"], states: [firstState(timeline, lens)] };
}

function afterCall(state: State, moment: Extract<Moment, { kind: "call" }>, lens: Lens, relaxed: Relaxed) {
  return moment.isOwn ? after(state, moment.exchange, lens, relaxed) : beside(state, moment.exchange, relaxed);
}

function fits(state: State, moment: Exclude<Moment, { kind: "call" }>, lens: Lens, relaxed: Relaxed): boolean {
  if (moment.inList ? relaxed.has("LIST-4") : relaxed.has("GET-2")) return true;
  if (moment.kind === "shown") {
    return misfits(state, moment.widget, lens).every((name) => {
      const rule = ruleOfMember(name);
      return rule !== undefined && relaxed.has(rule);
    });
  }
  if (state.phase === "gone") return true;
  if (state.phase === "draft" && relaxed.has("CREATE-6")) return true;
  return relaxed.has(moment.inList ? "SCOPE-3" : "GET-1");
}

/** What is wrong by the state that comes nearest to what was shown. */
function nearest(states: readonly State[], moment: Moment, lens: Lens): string[] {
  if (moment.kind !== "shown") return ["missing"];
  const all = states.map((state) => (state.phase === "gone" ? ["shown"] : misfits(state, moment.widget, lens)));
  return all.sort((a, b) => a.length - b.length)[0] ?? [];
}

function settle(states: readonly State[], relaxed: Relaxed): State[] {
  return distinct(states.flatMap((state) => later(state, relaxed)));
}

function withOpen(states: readonly State[], open: readonly Moment[], lens: Lens, relaxed: Relaxed): State[] {
  let all = [...states];
  for (const moment of open) {
    if (moment.kind !== "call") continue;
    all = distinct(all.flatMap((state) => [state, ...afterCall(state, moment, lens, relaxed)]));
  }
  return all;
}

function distinct(states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [keyOf(state), state])).values()];
}

function keysOf(states: readonly State[]): string {
  return states.map(keyOf).sort().join();
}
