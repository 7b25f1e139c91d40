import { randomUUID } from "node:crypto";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { Origin } from "../history/origin.ts";
import { indexAfter, recrawlRounds } from "../history/recrawls.ts";
import { eventWindowMs, readPauseMs, windowMs } from "../history/window.ts";
import { isMilestone, milestoneBefore, milestoneNames, stepAt } from "../plan/milestones.ts";
import { isFit, mostSpared, pageSizeFor } from "../plan/page-sizes.ts";
import { madeBefore, type Plan, widgetsIn } from "../plan/plan.ts";
import { pollPauseMs } from "../plan/polls.ts";
import { isCreate, isSpare, type Script } from "../plan/script.ts";
import {
  type CallStep,
  type CleanStep,
  isOwnWrite,
  type ObserveStep,
  type PlanStep,
  type WaitStep,
  type WalkStep,
  type WindowStep,
} from "../plan/step.ts";
import { changeSite, observeWidget } from "./adapter-observer.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import { MilestoneSignals } from "./milestone-signals.ts";
import type { Signal } from "./scheduler.ts";
import type { Services } from "./services.ts";
import { WidgetCalls } from "./widget-calls.ts";

/** How long an event may be on its way in real time, where the clock is a test clock. */
const deliveryMs = 1000;

/** So many pages are looked through at the end for what should be gone. */
const mostLastPages = 20;

/** The part of its time that a thorough run goes on at random for; the rest is for lists, other callers and deletes. */
const timeForRandom = 0.8;

/** A script that is being done. */
interface Running {
  readonly script: Script;
  readonly uuid: string;
  step: number;
  widget?: CreatedWidget;
  /** Whether its widget never became active: what is left is done from `done` on. */
  isInactive: boolean;
  /** Whether the call before was accepted. */
  wasAccepted: boolean;
}

/** Does the steps of a plan's scripts, all scripts side by side as far as they do not wait for each other. */
export class Interpreter {
  readonly #services: Services;
  readonly #plan: Plan;
  readonly #milestones: MilestoneSignals;
  readonly #calls: WidgetCalls;
  /** The ids of the widgets that were listed when page sizes were to fit them. */
  #listed: readonly Json[] | undefined;
  /** How many windows are open. */
  #windows = 0;
  /** When those are over that scripts wait for that go on at random: then there is no more time for it. */
  #randomUntil: number | undefined;
  /** By script: told when its widget is made, or is not going to be. */
  readonly #isCreated = new Map<string, Signal>();

  constructor(plan: Plan, services: Services) {
    const { scheduler } = services;
    this.#plan = plan;
    this.#services = services;
    this.#milestones = new MilestoneSignals(scheduler, plan.scripts);
    this.#calls = new WidgetCalls(services);
    for (const { id } of plan.scripts) this.#isCreated.set(id, scheduler.signal());
  }

  /** Does everything that is planned, and deletes what is left. */
  async run(): Promise<void> {
    this.#say(`making ${widgetsIn(this.#plan.scripts)} widgets`);
    try {
      await this.#services.scheduler.all(this.#plan.scripts.map((script) => () => this.#play(script)));
    } finally {
      await this.#cleanRest();
    }
  }

  async #cleanRest(): Promise<void> {
    const { widgets, cleaner } = this.#services;
    for (const made of widgets.all.filter((one) => !cleaner.isSettled(one.id))) {
      await cleaner.remove({ id: made.id, name: made.called, widget: made.name });
    }
    await cleaner.removePostponed();
    await cleaner.lookAgain();
    // A plan without a list has no step for it.
    if (!this.#plan.scripts.some(({ lane }) => lane === "list")) await this.#cleanLost();
    await cleaner.removeUnanswered();
    await this.#cleanRevived();
  }

  /**
   * Looks once more whether anything that was deleted is there again, when all waiting is over. Only where something has been
   * there again it waits for crawls that may still bring others back.
   */
  async #cleanRevived(): Promise<void> {
    const { cleaner, limits, scheduler, watch } = this.#services;
    const until = cleaner.lastGoneMs + windowMs(watch.longestMs);
    await this.#removeRevived();
    if (!cleaner.hasRevived || limits.isOver || until <= scheduler.now()) return;
    this.#say("waiting for crawls that may bring deleted widgets back");
    await scheduler.sleep(until - scheduler.now());
    await this.#removeRevived();
  }

  async #removeRevived(): Promise<void> {
    const { widgets, cleaner, lister, limits, scheduler, settings } = this.#services;
    const deleted = widgets.all.filter(({ id }) => cleaner.isGone(id));
    if (limits.isGone || deleted.length === 0) return;
    const ids = [...new Set(deleted.map(({ id }) => id))];
    await scheduler.sleep(settings.readLagMs);
    const { shown } = lister.items ? await lister.poll(ids, mostLastPages, "A-DELETE-4") : { shown: new Map() };
    const again = deleted.filter(({ id }) => shown.has(id));
    await cleaner.removeRevived(again.map(({ called, name, ...one }) => ({ ...one, name: called, widget: name })));
  }

  /** Deletes what rejected creates of others made all the same, where the list shows it. */
  async #cleanSuspected(origin: Origin): Promise<void> {
    const { widgets, cleaner, lister, scheduler, settings } = this.#services;
    await scheduler.sleep(settings.readLagMs);
    const made = await cleaner.removeSuspected(await lister.walk(100, origin));
    // They are the organization's, and shown as such in what is kept of the list.
    for (const id of made) widgets.ids.add(id);
  }

  async #play(script: Script): Promise<void> {
    const running: Running = { script, uuid: randomUUID(), step: 0, isInactive: false, wasAccepted: false };
    try {
      for (const { id } of madeBefore(script, this.#plan)) await this.#isCreated.get(id)?.wait();
      if (script.insteadOf !== undefined && (await this.#isMade(script.insteadOf))) return;
      for (const [index, step] of script.steps.entries()) {
        running.step = index;
        this.#arrive(running, index);
        if (this.#isLeftOut(running, step)) continue;
        if (!(await this.#do(running, step))) return;
      }
    } finally {
      this.#arrive(running, script.steps.length);
    }
  }

  /** Notes how far a script has got. */
  #arrive({ script }: Running, step: number): void {
    this.#milestones.arrive(script, step);
    const isMaking = script.steps[step]?.kind === "call" && milestoneBefore(script.steps, step) === undefined;
    if (!isMaking) this.#isCreated.get(script.id)?.tell();
  }

  async #isMade(id: string): Promise<boolean> {
    await this.#isCreated.get(id)?.wait();
    return this.#services.widgets.all.some(({ script }) => script.id === id);
  }

  /** Whether a step is not done: the run has to end, or the widget never became active. */
  #isLeftOut({ script, step: index, isInactive }: Running, step: PlanStep): boolean {
    const isWait = step.kind === "wait" && isMilestone(step.until);
    if (isWait || step.kind === "clean") return false;
    if (this.#services.limits.isOver) return true;
    if ((step.kind === "call" || step.kind === "window") && step.isRandom && !this.#hasTime()) return true;
    const passed = milestoneBefore(script.steps, index);
    return isInactive && (passed === undefined || milestoneNames.indexOf(passed) < milestoneNames.indexOf("done"));
  }

  /** Whether there is time for a random step: in a wait that exists anyway, or before a thorough run's time is used. */
  #hasTime(): boolean {
    const { scheduler, settings } = this.#services;
    if (settings.effort === "thorough") return scheduler.now() < settings.timeLimitMs * timeForRandom;
    return scheduler.now() < (this.#randomUntil ?? 0);
  }

  /** @returns whether the script goes on */
  async #do(running: Running, step: PlanStep): Promise<boolean> {
    const origin = originOf(running);
    const { widget } = running;
    switch (step.kind) {
      case "call":
        return this.#call(running, step, origin);
      case "walk":
        if (origin.lane === "foreign") await this.#cleanSuspected(origin);
        else await this.#walk(step, origin);
        return true;
      case "wait":
        return this.#wait(running, step);
      case "clean":
        await this.#clean(running, step, origin);
        return true;
      case "read-active":
        await this.#readActive();
        return true;
      case "window":
        if (widget && !widget.isDeleted) await this.#window(widget, step, origin);
        return true;
      case "change-site":
        if (widget) await changeSite(this.#services, { made: widget, origin });
        return true;
      case "observe":
        if (widget && (!step.ifAccepted || running.wasAccepted)) await this.#observe(widget, step, origin);
        return true;
    }
  }

  async #observe(made: CreatedWidget, step: ObserveStep, origin: Origin): Promise<void> {
    if ((step.ifDeleted ?? made.isDeleted) !== made.isDeleted) return;
    const isEmpty = await observeWidget(this.#services, step, { made, origin });
    if (!step.isPatient || !isEmpty) return;
    await this.#window(made, { kind: "window" }, origin);
    await observeWidget(this.#services, { ...step, when: "settled" }, { made, origin });
  }

  async #call(running: Running, step: CallStep, origin: Origin): Promise<boolean> {
    const { script, uuid } = running;
    const headers = Object.entries(step.headers ?? {}).map(([name, value]) => [name, value.replace("{uuid}", uuid)]);
    const call = headers.length === 0 ? step : { ...step, headers: Object.fromEntries(headers) };
    if (!isCreate(step)) {
      if (script.borrows && !running.widget) return false;
      running.wasAccepted = (await this.#calls.call(call, origin, running.widget)) ?? running.wasAccepted;
      return true;
    }
    const made = await this.#calls.create(script, call, origin);
    // Once it is deleted, the steps that follow are about the next one.
    if (made && (running.widget?.isDeleted ?? true)) running.widget = made;
    return running.widget !== undefined;
  }

  async #wait(running: Running, { until }: WaitStep): Promise<boolean> {
    const { script, widget } = running;
    const { scheduler, watch } = this.#services;
    if (until === "active") running.isInactive = !(await this.#untilActive(widget));
    else if (until === "turn") await this.#milestones.untilTurn(script);
    else if (until === "crawl-over") await this.#untilCrawlIsOver(widget);
    else if (until === "new-index" && widget) await this.#untilNewIndex(widget, originOf(running));
    else if (until === "accepted" && widget) await this.#calls.retryRejected(widget, originOf(running));
    else if (until === "events") await this.#untilEvents();
    else if (isMilestone(until)) await this.#milestones.until(until);
    if (until === "waiting") this.#randomUntil ??= scheduler.now() + windowMs(watch.longestMs);
    if (script.borrows && !running.widget) {
      const { widgets } = this.#services;
      const lent = widgets.lend(script.borrows, this.#plan.scripts, (one) => this.#calls.showsActive(one));
      if (!lent) return false;
      running.widget = lent;
    }
    return true;
  }

  async #untilActive(made: CreatedWidget | undefined): Promise<boolean> {
    if (!made || made.isDeleted) return false;
    made.isActive = await this.#services.watch.untilActive(made);
    if (made.isActive) await this.#calls.readActive(made);
    return made.isActive;
  }

  async #readActive(): Promise<void> {
    const { scheduler, widgets } = this.#services;
    const known = widgets.all.filter(({ isActive, isRead }) => isActive && !isRead);
    await scheduler.all(known.map((made) => () => this.#calls.readActive(made)));
  }

  async #untilCrawlIsOver(made: CreatedWidget | undefined): Promise<void> {
    const { scheduler, watch } = this.#services;
    if (made?.deletedAt === undefined) return;
    const own = this.#services.widgets.all.filter(({ script }) => script === made.script);
    const deletedAt = Math.max(...own.map((one) => one.deletedAt ?? 0), made.deletedAt);
    const left = deletedAt + windowMs(watch.longestMs) - scheduler.now();
    if (left > 0) await scheduler.sleep(left);
  }

  /** Looks at what visitors get while a recrawl may still bring something new: nothing bounds a crawl but the tester. */
  async #untilNewIndex(made: CreatedWidget, origin: Origin): Promise<void> {
    const { scheduler, wire, observations, mailbox, settings, limits } = this.#services;
    const began = scheduler.now();
    const isOpen = () => {
      const history = { exchanges: wire.history, observations, events: mailbox?.events ?? [], settings };
      const [round] = recrawlRounds(history, made.name).slice(-1);
      return round !== undefined && indexAfter(round, history) === "open";
    };
    while (isOpen() && !limits.isOver && !made.isDeleted) {
      this.#say("waiting for the new index of a recrawl");
      await scheduler.sleep(pollPauseMs(scheduler.now() - began));
      await this.#calls.read(made, origin);
      await observeWidget(this.#services, { members: ["visibleIndex"], when: "recrawled" }, { made, origin });
    }
  }

  /** Waits as long as a window for the events of widgets that are active. */
  async #untilEvents(): Promise<void> {
    const { scheduler, watch, mailbox } = this.#services;
    if (!mailbox?.isSubscribed) return;
    const silent = () => {
      const told = new Set(mailbox.events.filter(({ isReady }) => isReady).map(({ widget }) => widget));
      return watch.waits.filter(({ widget, ended }) => ended === "active" && !told.has(widget));
    };
    const until = Math.max(...silent().map(({ to }) => to)) + eventWindowMs(watch.longestMs);
    if (silent().length > 0) this.#say(`waiting for the events of ${silent().length} widgets`);
    if (silent().length > 0 && until > scheduler.now()) await scheduler.sleep(until - scheduler.now());
    await scheduler.untilReally(() => silent().length === 0, deliveryMs);
  }

  async #walk({ limit, isPatient, mostPages }: WalkStep, origin: Origin): Promise<void> {
    const { lister, scheduler, watch } = this.#services;
    if (isPatient && !lister.items) {
      await scheduler.sleep(windowMs(watch.longestMs));
      await lister.walk(100, origin);
      if (!lister.items) await lister.guess();
    }
    if (typeof limit !== "number") this.#listed ??= await this.#makeFit(origin);
    const size = limit && pageSizeFor(limit, this.#listed?.length ?? 0, lister.largest);
    if (limit && size === undefined) return;
    const ids = idsOf(await lister.walk(size, origin, mostPages));
    // What was seen once may come of others, who come and go.
    if (this.#listed && !isPartOf(ids, this.#listed, mostPages)) await lister.walk(size, origin, mostPages);
  }

  /** Deletes some widgets before the others, where there are as many that no page sizes fit them. */
  async #makeFit(origin: Origin): Promise<readonly Json[]> {
    const { lister, widgets } = this.#services;
    let listed = idsOf(await lister.walk(100, origin));
    for (let gone = 0; !isFit(listed.length) && gone < mostSpared; gone++) {
      // Visitors look at theirs once more, and probes come yet.
      const isAtHand = ({ lane }: Script) => lane !== "visitor" && lane !== "probe";
      const there = widgets.all.filter(({ script, isDeleted }) => !isDeleted && isAtHand(script));
      // Others borrow those that no script needs any more, and some are written to yet.
      const others = there.filter(({ script }) => !isSpare(script));
      const last = others.findLast(({ script }) => !isWrittenLater(script)) ?? others.at(-1) ?? there.at(-1);
      if (!last) break;
      await this.#calls.remove(last, origin);
      // One that stays would be tried again and again, each time for as long as a crawl may take.
      if (!last.isDeleted) break;
      listed = idsOf(await lister.walk(100, origin));
    }
    return listed;
  }

  /** Reads a widget now and then while a recrawl may run. */
  async #window(made: CreatedWidget, { observe }: WindowStep, origin: Origin): Promise<void> {
    const { scheduler, watch, limits } = this.#services;
    const lengthMs = windowMs(watch.longestMs);
    const end = scheduler.now() + lengthMs;
    this.#windows++;
    // Pauses that add up to the window may miss its end by less than a millisecond.
    while (end - scheduler.now() >= 1 && !limits.isOver) {
      this.#say(`watching ${this.#windows} widgets while recrawls may run`);
      await scheduler.sleep(readPauseMs(lengthMs));
      await this.#calls.read(made, origin);
      const subject = { made, origin };
      if (observe) await observeWidget(this.#services, { members: [observe], when: "meanwhile" }, subject);
    }
    this.#windows--;
  }

  async #clean(running: Running, { probe }: CleanStep, origin: Origin): Promise<void> {
    const { script, widget } = running;
    const { widgets, readyReads, cleaner, lister } = this.#services;
    this.#say("deleting what was made");
    if (!widget) return this.#cleanLost();
    // What was lost is looked for in the list: while there is a widget in it that is known its form can be learned.
    if (cleaner.lostCount > 0 && !lister.items) await lister.learn();
    const own = script.borrows ? [widget] : widgets.all.filter((one) => one.script === script);
    if (probe) readyReads.end();
    for (const made of own.filter(({ isLent }) => !isLent || script.borrows)) {
      if (probe) await this.#calls.removeByProbe(made, probe, origin);
      else await this.#calls.remove(made, origin);
      running.wasAccepted = made.isDeleted;
    }
  }

  /** Deletes what was made while no answer came. */
  async #cleanLost(): Promise<void> {
    const { lister, cleaner, widgets, readyReads } = this.#services;
    const list = async () => {
      const before = lister.walks.length;
      if (!lister.items) await lister.learn();
      // Where nothing was made, the list is empty.
      if (!lister.items) await lister.guess();
      const listed = await lister.walk(100);
      return lister.walks[before]?.whole ? listed : undefined;
    };
    await cleaner.removeLost(list, (id) => widgets.ids.has(id));
    // No judge knows of deletes among the probes, so nothing is read any more.
    readyReads.end();
  }

  /** Tells whoever waits what is being done. */
  #say(text: string): void {
    this.#services.settings.progress(text);
  }
}

/** Whether a script writes when the list has been walked through. */
function isWrittenLater({ steps }: Script): boolean {
  return steps.slice(stepAt(steps, "asked")).some(isOwnWrite);
}

function idsOf(widgets: readonly JsonObject[]): Json[] {
  return widgets.map(({ id = null }) => id);
}

/** Whether a walk showed every widget once, or some of them where it was not to read all pages. */
function isPartOf(ids: readonly Json[], listed: readonly Json[], mostPages: number | undefined): boolean {
  const shown = new Set(ids);
  const isCut = mostPages !== undefined && ids.length >= mostPages;
  const areKnown = ids.every((id) => listed.includes(id));
  return shown.size === ids.length && areKnown && (isCut || shown.size === listed.length);
}

function originOf({ script: { id, lane }, step }: Running): Origin {
  return { lane, script: id, step };
}
