import { mutant } from "../build.test-helper.ts";
import { isDone, type Reply } from "../call.test-helper.ts";
import { onOperation, refusal, type Wrapper } from "../layer.test-helper.ts";
import { widgets } from "../user.test-helper.ts";

/** So long an answer is kept, unless anything is written before. */
const keptMs = 3000;

/** What answers are kept by: the path alone, or the whole address with its query. */
type Key = "path" | "address";

/** Answers that are kept in front of the server, for whoever asks. */
export const cacheMutants = [
  cached("getWidget", "address", false),
  cached("getWidget", "address", true),
  ...(["path", "address"] as const).flatMap((key) => [
    cached("listWidgets", key, false),
    cached("listWidgets", key, true),
  ]),
  mutant({
    id: "missing-is-kept-by-path",
    rule: "GET-1",
    says: "That a get has found nothing is kept by its path for three seconds, and given to whoever asks.",
    layer: keepingMissing(),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.as("sk_test_two").get(id);
      return (await user.get(id)).status === 404;
    },
  }),
];

function cached(operation: "getWidget" | "listWidgets", by: Key, areKeysChecked: boolean) {
  const [what, word] = operation === "getWidget" ? ["a get", "get"] : ["a list", "list"];
  return mutant({
    id: `${word}-is-kept-by-${by}${areKeysChecked ? "-for-other-keys" : ""}`,
    rule: areKeysChecked ? "SCOPE-2" : "SCOPE-1",
    says: `The answer to ${what} is kept by its ${by} for three seconds, unless anything is written, ${
      areKeysChecked ? "and given to whoever has a key" : "and given without a key"
    }.`,
    alsoBreaks: [
      ...(areKeysChecked ? [] : (["SCOPE-2"] as const)),
      // What has become active is a draft for a while.
      ...(operation === "getWidget" ? (["LIFE-4", "GET-2", "EVENT-3"] as const) : []),
      // The same answer comes whatever page size was asked for.
      ...(by === "path" ? (["LIST-1", "LIST-2", "LIST-3", "SCOPE-3"] as const) : []),
    ],
    layer: keeping(operation, by, areKeysChecked),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const path = operation === "getWidget" ? `${widgets}/${id}` : widgets;
      await user.ask("GET", `${path}?limit=7`);
      const query = by === "path" ? "limit=8" : "limit=7";
      const { status, body } = await user.as(areKeysChecked ? "sk_test_two" : "").ask("GET", `${path}?${query}`);
      return status === 200 && JSON.stringify(body).includes(id);
    },
  });
}

function keeping(operation: string, by: Key, areKeysChecked: boolean): Wrapper {
  return (memory) => {
    const kept = new Map<string, { readonly reply: Reply; readonly until: number }>();
    const reading = onOperation(operation, async (call, next) => {
      const key = JSON.stringify([call.path, by === "address" ? call.query : ""]);
      const found = kept.get(key);
      const isKeyless = areKeysChecked && !/sk_test_\w+$/.test(call.headers["authorization"] ?? "");
      if (found && memory.now(call) < found.until) return isKeyless ? refusal(401, "unauthorized") : found.reply;
      const reply = await next(call);
      if (reply.status === 200) kept.set(key, { reply, until: memory.now(call) + keptMs });
      return reply;
    });
    return async (call, next) => {
      const reply = await reading(call, next);
      if (call.method !== "GET" && isDone(reply)) kept.clear();
      return reply;
    };
  };
}

function keepingMissing(): Wrapper {
  return (memory) => {
    const missing = new Map<string, number>();
    return onOperation("getWidget", async (call, next) => {
      if (memory.now(call) < (missing.get(call.path) ?? 0)) return refusal(404, "not_found");
      const reply = await next(call);
      if (reply.status === 404) missing.set(call.path, memory.now(call) + keptMs);
      return reply;
    });
  };
}
