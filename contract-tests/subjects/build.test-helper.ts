import type { Mock, MockOptions } from "../../mock/index.ts";
import { createMockOf } from "../../mock/mock.ts";
import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { publishedDocument as published } from "../../spec/published-document.ts";
import { defined } from "../defined.ts";
import { type Call, callOf, type Reply, replyOf, requestOf, responseOf, widgetIn } from "./call.test-helper.ts";
import type { Layer, Memory, Wrapper } from "./layer.test-helper.ts";
import type { Mutant, Probed, Subject, Variant } from "./subject.test-helper.ts";

/** How a subject differs from the mock. */
export interface Difference {
  /** A merge patch on the document. */
  readonly document?: JsonObject;
  /** What stands in front of the mock. */
  readonly layer?: Wrapper;
  /** What the mock is made with, where nobody asks for something else. */
  readonly options?: MockOptions;
  /** What is done to the mock before anybody calls. */
  readonly prepare?: (mock: Mock) => void;
  readonly deliver?: Subject["deliver"];
  /** Makes `deliver` for one subject, where it remembers events. */
  readonly delivery?: (memory: Memory) => NonNullable<Subject["deliver"]>;
}

/** What keeps how it differs, so that it can be joined with others. */
export interface Differing {
  readonly difference: Difference;
}

/** A mutant with its probe. */
export function mutant({
  id,
  rule,
  says,
  alsoBreaks = [],
  effort,
  shows,
  ...difference
}: Omit<Mutant, "alsoBreaks" | "build"> & Partial<Pick<Mutant, "alsoBreaks">> & Probed & Difference): Mutant & Probed {
  return { id, rule, says, alsoBreaks, ...(effort ? { effort } : {}), shows, build: builder(difference) };
}

/** A variant with its probe. */
export function variant({
  id,
  rules,
  says,
  mayWarn = [],
  authorize,
  told,
  shows,
  ...difference
}: Omit<Variant, "mayWarn" | "build"> & Partial<Pick<Variant, "mayWarn">> & Probed & Difference): Variant &
  Probed &
  Differing {
  return { id, rules, says, mayWarn, ...defined({ authorize, told }), shows, difference, build: builder(difference) };
}

/** The mock as it is, as a subject. */
export const healthy: Mutant["build"] = builder({});

/** Makes subjects of a difference, each with a mock of its own. */
export function builder({ document, layer, options: own = {}, prepare, ...difference }: Difference): Mutant["build"] {
  return (options = {}) => {
    const chosen = optionsOf(own, options);
    const mock = createMockOf(documentWith(document), chosen);
    prepare?.(mock);
    const memory = remembering(mock, chosen);
    const outermost = layer?.(memory.memory);
    const deliver = difference.delivery?.(memory.memory) ?? difference.deliver;
    return {
      fetch: (request) =>
        outermost && !isStream(request) ? through(outermost, memory.remember, request) : mock.fetch(request),
      advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
      close: () => mock.close(),
      mock,
      ...(deliver ? { deliver } : {}),
    };
  };
}

function documentWith(change: JsonObject | undefined): WidgetsDocument {
  return change ? (mergePatch(published as unknown as Json, change) as unknown as WidgetsDocument) : published;
}

/** Who asks for something decides; maps of choices are joined. */
function optionsOf(own: MockOptions, options: MockOptions): MockOptions {
  const merged = { clock: "manual", crawl: "2s", ...own, ...options };
  const areMaps = isJsonObject(own.dialect) && isJsonObject(options.dialect);
  return areMaps ? { ...merged, dialect: { ...(own.dialect as object), ...(options.dialect as object) } } : merged;
}

/** What never ends is not read. */
function isStream({ url }: Request): boolean {
  return new URL(url).pathname === "/_mock/events";
}

async function through(layer: Layer, pass: (call: Call) => Promise<Reply>, request: Request): Promise<Response> {
  return responseOf(await layer(await callOf(request), pass));
}

function remembering(mock: Mock, options: MockOptions): { memory: Memory; remember: (call: Call) => Promise<Reply> } {
  const owners = new Map<string, string>();
  let newestKey = "sk_test_nobody";
  const keyIn = ({ headers }: Call) => /^Bearer +(sk_test_\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
  const keyOf = (call: Call) => keyIn(call) ?? newestKey;
  return {
    memory: {
      mock,
      options,
      keyOf,
      ownerOf: (id) => owners.get(id),
      now: (call) => Date.parse(mock.world(keyOf(call)).clock.get().now),
    },
    async remember(call) {
      newestKey = keyOf(call);
      const reply = await replyOf(await mock.fetch(requestOf(call)));
      const created = call.operation === "createWidget" ? widgetIn(reply) : undefined;
      if (created) owners.set(String(created["id"]), newestKey);
      return reply;
    },
  };
}
