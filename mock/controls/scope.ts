import type { Access } from "../control-plane/access.ts";
import type { Engine } from "../engine.ts";
import type { WorldDefaults } from "../mock-state.ts";
import { Refusal } from "../refusal.ts";
import type { Happening } from "../world/happening.ts";
import type { World } from "../world/world.ts";

/** What a control concerns: the world of one organization, or every world and those to come. */
export interface Scope {
  readonly engine: Engine;
  /** Undefined if every world is concerned. */
  readonly organization: string | undefined;
  /** What the caller may use; undefined for code in this process, which may use everything. */
  readonly access?: Access;
}

/** The worlds that are concerned. */
export function worldsIn({ engine, organization }: Scope): World[] {
  return organization === undefined ? engine.worlds.list() : [engine.worlds.worldOf(organization)];
}

/** What is due in the one world that is concerned happens before anything is looked at. */
export function runDueTasksIn({ engine, organization }: Scope): void {
  if (organization !== undefined) engine.worlds.worldOf(organization).clock.runDueTasks();
}

/**
 * The one world that is concerned.
 * @throws Refusal without an organization
 */
export function onlyWorldIn({ engine, organization }: Scope): World {
  if (organization === undefined) throw new Refusal("key_needed");
  return engine.worlds.worldOf(organization);
}

/**
 * The world of a widget: that of the scope, or the one that has the widget.
 * @throws Refusal if no world has it
 */
export function worldOfWidget({ engine, organization }: Scope, id: string): World {
  const owner = organization ?? engine.worlds.ownerOf(id);
  if (owner === undefined) throw new Refusal("not_found", { values: { id } });
  return engine.worlds.worldOf(owner);
}

/** What new worlds start with, if they are concerned too. */
export function defaultsIn({ engine, organization }: Scope): WorldDefaults | undefined {
  return organization === undefined ? engine.worlds.defaults : undefined;
}

/** The same, to be changed by the caller. */
export function defaultsToChange(scope: Scope): WorldDefaults | undefined {
  const defaults = defaultsIn(scope);
  if (defaults) scope.engine.worlds.state.changes?.changedHead("mock");
  return defaults;
}

/** Does something, and returns what happened meanwhile in the scope, in the order of time. */
export function happeningsDuring(scope: Scope, act: () => void): Happening[] {
  const { happened, stop } = collectHappenings(scope);
  try {
    act();
  } finally {
    stop();
  }
  return happened.sort(byTime);
}

/** The same for what takes time. */
export async function happeningsDuringAsync(scope: Scope, act: () => Promise<void>): Promise<Happening[]> {
  const { happened, stop } = collectHappenings(scope);
  try {
    await act();
  } finally {
    stop();
  }
  return happened.sort(byTime);
}

function collectHappenings({ engine, organization }: Scope) {
  const happened: Happening[] = [];
  const stop = engine.worlds.events.subscribe((event, from, isElsewhere) => {
    if (isElsewhere || event.type === "request.answered" || event.type === "widget.moved") return;
    if ((organization ?? from) === from) happened.push(event);
  });
  return { happened, stop };
}

function byTime(a: Happening, b: Happening): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}
