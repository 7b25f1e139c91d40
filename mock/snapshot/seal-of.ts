import type { Engine } from "../engine.ts";
import type { Seal } from "./seal.ts";

const seals = new WeakMap<Engine, Promise<Seal>>();

/** The seal of a mock's control token, made when first asked for; undefined without a token. */
export function sealOf(engine: Engine): Promise<Seal> | undefined {
  const { controlToken } = engine;
  if (controlToken === undefined) return undefined;
  let seal = seals.get(engine);
  if (!seal) {
    seal = import("./seal.ts").then(({ Seal }) => new Seal(controlToken));
    seals.set(engine, seal);
  }
  return seal;
}
