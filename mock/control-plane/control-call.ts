import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Scope } from "../controls/scope.ts";
import type { Engine } from "../engine.ts";
import { Refusal } from "../refusal.ts";
import type { Parameters } from "../request/parameters.ts";
import type { World } from "../world/world.ts";

/** A request to the control plane. */
export interface ControlCall {
  readonly engine: Engine;
  /** What it concerns: the world of the key that it came with, or every world. */
  readonly scope: Scope;
  /** The world of the key; undefined without one. */
  readonly world: World | undefined;
  /** Names the request, and all that comes of it. */
  readonly requestId: string;
  /** The widget's id in the path, where there is one. */
  readonly id: string;
  /** What the path names. */
  readonly params: Readonly<Record<string, string>>;
  readonly parameters: Parameters;
  readonly body: JsonObject;
  /** Tells that the caller has gone. */
  readonly signal: AbortSignal;
}

/** What a request to the control plane does, and what it answers: an object, or a whole response. */
export type ControlHandler = (call: ControlCall) => object | Promise<object>;

/** @throws Refusal where an operation has to know whose world it is about */
export function needed(): never {
  throw new Refusal("key_needed");
}
