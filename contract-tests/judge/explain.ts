import type { RuleId } from "../../spec/generated/rules.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { type Contradiction, follow } from "../model/follow.ts";
import type { Members } from "../model/members.ts";
import { type Relaxation, Relaxed } from "../model/relaxation.ts";
import { type RuleRelaxation, ruleRelaxations } from "../rules/index.ts";
import type { RuleContext } from "../rules/rule-entry.ts";
import { isBeside, momentBefore } from "./beside.ts";
import { isAsWritten, isShownByWrite, isSpoilt, wrongPlaceOf } from "./wrong-places.ts";

/** A rule whose breach explains what was observed, and what that was. */
export interface Explanation {
  readonly relaxation: RuleRelaxation;
  readonly contradictions: readonly Contradiction[];
}

/** What is broken, and what nothing explains. */
export interface Explained {
  readonly explanations: readonly Explanation[];
  readonly unexplained: readonly Contradiction[];
}

/**
 * So many states are looked at in search of names, which takes seconds; then what is still open is told without one. Histories
 * of one server took up to 3,500 where it was honest, and up to 40,000 with one bug; one whose updates reach other widgets
 * took more than could be waited for.
 */
const maxWork = 1_000_000;
/** So many of them for one relaxation. */
const maxWorkOfOne = 300_000;

const suspects = ruleRelaxations.filter(({ needsQuiet }) => !needsQuiet);
const ofMembers = suspects.filter((one) => one.ofMembers);
const inQuiet = ruleRelaxations.filter(({ needsQuiet }) => needsQuiet);
const firstOf = { lists: startingWith("lists"), gets: startingWith("gets") } as const;

/** From this breadth on a relaxation is about what all reads show, or about more. */
const ofReads = 70;

/**
 * Names the rules that are broken: the fewest whose relaxation explains every widget's timeline, and of two that explain
 * the same the narrower. What no relaxation explains is left.
 * @param named rules that were found broken before: what they explain is told under them first
 * @param allowed what may happen besides, such as what somebody else does whom nobody watches
 */
export function explain(
  context: RuleContext,
  named: readonly RuleId[],
  allowed: readonly Relaxation[] = [],
): Explained {
  return new Explainer(context, allowed).run(named);
}

/** Relaxes one rule after the other, until what is open is explained, or no rule explains more of it. */
class Explainer {
  readonly #context: RuleContext;
  readonly #allowed: readonly Relaxation[];
  readonly #work = { left: maxWork };
  /** What is relaxed for good. */
  readonly #taken: RuleRelaxation[] = [];
  readonly #explanations: Explanation[] = [];
  #open: readonly Contradiction[];

  constructor(context: RuleContext, allowed: readonly Relaxation[]) {
    this.#context = context;
    this.#allowed = allowed;
    this.#open = this.#leftOf(context.timelines);
  }

  run(named: readonly RuleId[]): Explained {
    const isNamed = ({ rule }: RuleRelaxation) => named.includes(rule);
    // What a call on another widget does alone it does in the noise as well, which a rule about the own calls would explain too.
    for (const one of inQuiet.filter(isNamed)) if (this.#explainedBeside(one) > 0) this.#take(one);
    // What explains no timeline to its end would only lead to another name.
    for (const one of [...suspects, ...inQuiet].filter(isNamed))
      if (this.#explainedBy(one, this.#open) > 0) this.#take(one);
    for (;;) {
      const alone = mostExplaining(inQuiet, (one, most) => this.#explainedBeside(one, most));
      const place = wrongPlaceOf(this.#open);
      const among = place ? firstOf[place] : suspects;
      const next = alone ?? mostExplaining(among, (one, most) => this.#explainedBy(one, this.#open, most));
      if (!alone && this.#takeTogether(next)) continue;
      if (!next) return { explanations: this.#explanations, unexplained: this.#open };
      this.#take(next);
    }
  }

  /** What contradicts itself of some timelines with all that is relaxed, and with more. */
  #leftOf(some: readonly JudgedTimeline[], more: readonly RuleRelaxation[] = []): Contradiction[] {
    const relaxed = new Relaxed([...this.#allowed, ...this.#taken, ...more]);
    return some.map((one) => this.#follow(one, relaxed, this.#work)).filter((one) => one !== undefined);
  }

  #follow(timeline: JudgedTimeline, relaxed: Relaxed, work: { left: number }): Contradiction | undefined {
    const { calls, model } = this.#context;
    return follow({ timeline, calls, context: model }, relaxed, work);
  }

  /** Relaxes a rule for good, and tells what that explains. */
  #take(relaxation: RuleRelaxation): void {
    this.#taken.push(relaxation);
    const left = new Set(timelinesOf(this.#leftOf(timelinesOf(this.#open))));
    const contradictions = this.#open.filter(({ timeline }) => !left.has(timeline));
    if (contradictions.length > 0) this.#explanations.push({ relaxation, contradictions });
    this.#open = this.#open.filter(({ timeline }) => left.has(timeline));
  }

  /** How many a relaxation explains: one that cannot explain more than another does is looked at no further. */
  #explainedBy(relaxation: RuleRelaxation, all: readonly Contradiction[], most = 0): number {
    const some = all.filter((one) => mayBeBy(relaxation, one, this.#context.model.members));
    const relaxed = new Relaxed([...this.#allowed, ...this.#taken, relaxation]);
    // One that leads to very many states must not use up what the others need.
    const work = { left: Math.min(maxWorkOfOne, this.#work.left) };
    const before = work.left;
    let explained = some.length;
    for (const { timeline } of some) {
      if (explained <= most) break;
      if (this.#follow(timeline, relaxed, work)) explained--;
    }
    this.#work.left -= before - work.left;
    return explained;
  }

  /** The same, of what a call on another widget alone can have led to. */
  #explainedBeside(relaxation: RuleRelaxation, most = 0): number {
    const beside = this.#open.filter((one) => isBeside(one, relaxation, this.#context.calls));
    return this.#explainedBy(relaxation, beside, most);
  }

  /** Relaxes rules about members for good that explain together as much as a rule about all reads does. */
  #takeTogether(next: RuleRelaxation | undefined): boolean {
    if ((next?.breadth ?? ofReads) < ofReads) return false;
    const together = this.#explainedTogether();
    const shown = new Set(together.flatMap(({ contradictions }) => timelinesOf(contradictions)));
    if (together.length === 0 || shown.size < (next ? this.#explainedBy(next, this.#open) : 0)) return false;
    this.#explanations.push(...together);
    this.#taken.push(...together.map(({ relaxation }) => relaxation));
    this.#open = this.#leftOf(timelinesOf(this.#open));
    return true;
  }

  /**
   * The fewest rules about members that explain together what none explains alone: a service that spoils a value does so in
   * each member that has such values.
   */
  #explainedTogether(): Explanation[] {
    const { members } = this.#context.model;
    const leftOf = (some: readonly Contradiction[], all: readonly RuleRelaxation[]) =>
      this.#leftOf(timelinesOf(some), all);
    const spoilt = this.#open.filter((one) => isSpoilt(one, members));
    const stays = new Set(timelinesOf(leftOf(spoilt, ofMembers)));
    const explained = spoilt.filter(({ timeline }) => !stays.has(timeline));
    const needed = ofMembers.reduce<readonly RuleRelaxation[]>((some, one) => {
      const fewer = some.filter((other) => other !== one);
      return leftOf(explained, fewer).length === 0 ? fewer : some;
    }, ofMembers);
    return needed.map((relaxation): Explanation => {
      const isOwn = (name: string) => members.ruleOf(name) === relaxation.rule;
      const others = needed.filter((one) => one !== relaxation);
      const own = leftOf(explained, others).map((one) => ({ ...one, wrong: one.wrong.filter(isOwn) }));
      return { relaxation, contradictions: own.filter(({ wrong }) => wrong.length > 0) };
    });
  }
}

function timelinesOf(some: readonly Contradiction[]): JudgedTimeline[] {
  return some.map(({ timeline }) => timeline);
}

function startingWith(place: "lists" | "gets"): RuleRelaxation[] {
  return [...suspects.filter(({ isFirstOf }) => isFirstOf === place), ...suspects];
}

/** Whether what does not fit may be what a relaxation is about. */
function mayBeBy(relaxation: RuleRelaxation, one: Contradiction, members: Members): boolean {
  const { onlyViews, needsNoOwnCall, isFirstOf, rule } = relaxation;
  if (one.moment.kind === "call") return !onlyViews;
  if (needsNoOwnCall && momentBefore(one)?.kind === "call") return false;
  const own = one.wrong.filter((name) => members.ruleOf(name) === rule);
  if (relaxation.ofMembers) return own.every((name) => isAsWritten(name, one, members));
  return isFirstOf !== "gets" || !isShownByWrite(one, members);
}

/** The one that explains the most; the first of those that explain as much; undefined where none explains anything. */
function mostExplaining(
  relaxations: readonly RuleRelaxation[],
  count: (relaxation: RuleRelaxation, most: number) => number,
): RuleRelaxation | undefined {
  let most: { readonly relaxation: RuleRelaxation; readonly count: number } | undefined;
  for (const relaxation of relaxations) {
    const explained = count(relaxation, most?.count ?? 0);
    if (explained > (most?.count ?? 0)) most = { relaxation, count: explained };
  }
  return most?.relaxation;
}
