import type { ApiDocument } from "../../spec/document.ts";
import type { Choices } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Validators } from "../../spec/validate.ts";
import type { Engine } from "../engine.ts";
import type { Problems } from "../refusal.ts";
import type { Parameters } from "../request/parameters.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { Route, Router } from "../request/route.ts";
import type { Answer } from "./answer.ts";

/** A valid request, ready to be carried out. */
export interface ValidRequest {
  readonly route: Route;
  readonly parameters: Parameters;
  /** Empty if the operation takes none. */
  readonly body: JsonObject;
  /** The body as it was sent; undefined without one. */
  readonly text: string | undefined;
}

/** What the mock serves by one document: the Widgets API, or its control plane. Both go the way of `api.ts`. */
export interface Surface {
  readonly engine: Engine;
  readonly document: ApiDocument;
  readonly router: Router;
  readonly problems: Problems;
  /** False if any Content-Type and any Accept will do, and a body may be left out. */
  readonly negotiates: boolean;
  /** What becomes of a number above the maximum of its parameter (A-LIST-2); it is rejected by default. */
  readonly overMaximum?: Choices["A-LIST-2"];
  /** Precompiled; or compiled at the first request, if a dialect changes schemas. */
  readonly validators: () => Validators | Promise<Validators>;
  /** Begins a request. */
  begin(context: RequestContext): void;
  /** @throws Refusal for a caller who may not use the surface at all */
  guard(context: RequestContext): void;
  /**
   * Sets the organization of the request.
   * @throws Refusal for an invalid API key
   */
  authorize(context: RequestContext, route: Route): void;
  /** Carries out a request, with injected faults if there are any. */
  withFaults(context: RequestContext, route: Route, perform: () => Answer | Promise<Answer>): Answer | Promise<Answer>;
  /** @throws Refusal if the state does not allow it */
  perform(context: RequestContext, request: ValidRequest): Answer | Promise<Answer>;
  /** The id of a request, drawn when first asked for. */
  nextRequestId(context: RequestContext): string;
  /** Records the answer, and adds the headers that all have. */
  finish(context: RequestContext, answer: Answer): Answer;
}
