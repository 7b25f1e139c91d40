import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import { Refusal } from "../refusal.ts";
import type { Parameters } from "../request/parameters.ts";
import type { World } from "../world/world.ts";

/** A request to the control plane; without a key it concerns every world. */
export interface ControlCall {
  readonly engine: Engine;
  readonly world: World | undefined;
  /** The widget's id in the path, where there is one. */
  readonly id: string;
  /** What the path names. */
  readonly params: Readonly<Record<string, string>>;
  readonly parameters: Parameters;
  readonly body: JsonObject;
}

/** @throws Refusal where an operation has to know whose world it is about */
export function needed(): never {
  throw new Refusal("key_needed");
}
