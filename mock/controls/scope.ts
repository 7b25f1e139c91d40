import type { Engine } from "../engine.ts";
import type { Happening } from "../world/happening.ts";
import type { World } from "../world/world.ts";
import type { WorldDefaults } from "../worlds.ts";

/** What a control concerns: one organization's world, or every world and those to come. */
export interface Scope {
  readonly engine: Engine;
  /** Undefined where every world is concerned. */
  readonly organization: string | undefined;
}

/** The worlds that are concerned. */
export function worldsIn({ engine, organization }: Scope): World[] {
  return organization === undefined ? engine.worlds.list() : [engine.worlds.worldOf(organization)];
}

/** What worlds to come begin with, where they are concerned too. */
export function defaultsIn({ engine, organization }: Scope): WorldDefaults | undefined {
  return organization === undefined ? engine.worlds.defaults : undefined;
}

/** Does something, and tells what happened in the scope by itself meanwhile, in the order of time. */
export function watch(scope: Scope, act: () => void): Happening[] {
  const { happened, stop } = listen(scope);
  try {
    act();
  } finally {
    stop();
  }
  return happened.sort(byTime);
}

/** The same for what takes its time. */
export async function watchAsync(scope: Scope, act: () => Promise<void>): Promise<Happening[]> {
  const { happened, stop } = listen(scope);
  try {
    await act();
  } finally {
    stop();
  }
  return happened.sort(byTime);
}

function listen({ engine, organization }: Scope): { readonly happened: Happening[]; readonly stop: () => void } {
  const happened: Happening[] = [];
  const stop = engine.worlds.events.subscribe((occurrence) => {
    if (occurrence.type === "request.answered" || occurrence.type === "widget.moved") return;
    if ((organization ?? occurrence.organization) === occurrence.organization) happened.push(occurrence);
  });
  return { happened, stop };
}

function byTime(a: Happening, b: Happening): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}
