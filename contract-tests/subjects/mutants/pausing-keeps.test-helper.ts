import type { RuleId } from "../../../spec/generated/rules.ts";
import type { JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, bodyOf, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { afterwards, type Layer, onceDone, onOperation } from "../layer.test-helper.ts";
import { changes, written } from "../probes.test-helper.ts";
import { configurationOf, resetting } from "../writable.test-helper.ts";

/** Bugs that lose configuration by a pause or a resume. */
export const pausingKeepsMutants = [
  mutant({
    id: "pause-forgets-the-persona",
    rule: "PAUSE-7",
    says: "A pause puts the persona back to its default.",
    alsoBreaks: ["OBJ-8", "UPDATE-2", "UPDATE-5"],
    layer: () => resettingAfter("pauseWidget", ["persona"]),
    shows: changes("persona", (user, id) => user.pause(id)),
  }),
  mutant({
    id: "second-pause-forgets-the-prompts",
    rule: "PAUSE-7",
    says: "The second pause of a widget puts its suggested prompts back to the default ones.",
    alsoBreaks: ["OBJ-11", "UPDATE-2", "UPDATE-5"],
    layer: () => resettingAfter("pauseWidget", ["suggested_prompts"], 2),
    shows: changes("suggested_prompts", async (user, id) => {
      await user.pause(id);
      await user.resume(id);
      await user.pause(id);
    }),
  }),
  mutant({
    id: "resume-forgets-the-theme",
    rule: "PAUSE-7",
    says: "A resume puts the theme back to its default.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5"],
    layer: () => resettingAfter("resumeWidget", ["theme"]),
    shows: changes("theme", async (user, id) => {
      await user.pause(id);
      await user.resume(id);
    }),
  }),
  mutant({
    id: "resume-empties-the-prompts",
    rule: "PAUSE-7",
    says: "A resume empties the suggested prompts.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5", "OBJ-11"],
    layer: () => updatingAfter("resumeWidget", { suggested_prompts: [] }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { suggested_prompts: ["What do you offer?"] });
      await user.pause(id);
      await user.resume(id);
      return (await user.get(id)).body.suggested_prompts.length === 0;
    },
  }),
  mutant({
    id: "resume-forgets-the-position-and-the-label",
    rule: "PAUSE-7",
    says: "A resume puts the position and the label of the button back to their defaults.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5", "OBJ-6", "OBJ-12"],
    layer: () => resettingAfter("resumeWidget", ["position", "button_label"]),
    shows: async (user) => {
      const { id } = (await user.active({ position: "bottom-left", button_label: "Ask" })).body;
      await user.pause(id);
      return (await user.resume(id)).body.button_label !== "Ask";
    },
  }),
  untouched("resume-empties-untouched-prompts", "resumeWidget", "suggested_prompts", {
    says: "A resume empties the suggested prompts where no update has written them.",
    alsoBreaks: ["OBJ-11"],
    layer: (touched) => emptyingUntouched("resumeWidget", "suggested_prompts", touched),
    isLost: (prompts) => Array.isArray(prompts) && prompts.length === 0,
  }),
  untouched("resume-hides-untouched-prompts", "resumeWidget", "suggested_prompts", {
    says: "Once it was resumed a widget has null for suggested prompts that no update has written.",
    alsoBreaks: ["OBJ-11", "LIST-4"],
    layer: (touched) => hidingUntouched("resumeWidget", "suggested_prompts", touched),
    isLost: (value) => value === null || value === undefined,
  }),
  untouched("pause-hides-the-untouched-subtitle", "pauseWidget", "intro_subtitle", {
    says: "Once it was paused a widget has no intro_subtitle any more that no update has written.",
    alsoBreaks: ["OBJ-10", "LIST-4"],
    layer: (touched) => hidingUntouched("pauseWidget", "intro_subtitle", touched),
    isLost: (value) => value === null || value === undefined,
  }),
  mutant({
    id: "pause-empties-the-allowlist",
    rule: "PAUSE-7",
    says: "A pause empties the domains.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5", "OBJ-13"],
    layer: () => updatingAfter("pauseWidget", { domains: [] }),
    shows: changes("domains", (user, id) => user.pause(id)),
  }),
  mutant({
    id: "resume-restores-what-was-paused",
    rule: "PAUSE-7",
    says: "A resume puts back the configuration of the moment of the pause; what was written since is lost.",
    alsoBreaks: ["UPDATE-5", "UPDATE-2"],
    layer: () => restoringOnResume(),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.update(id, { voice: "Kore" });
      await user.resume(id);
      return (await user.get(id)).body.voice !== "Kore";
    },
  }),
  mutant({
    id: "pause-forgets-false",
    rule: "PAUSE-7",
    says: "A show_label of false is true after pause and resume.",
    alsoBreaks: ["OBJ-12", "UPDATE-2", "UPDATE-5"],
    layer: () => resettingAfter("resumeWidget", ["show_label"]),
    shows: async (user) => {
      const { id } = (await user.active(written)).body;
      await user.pause(id);
      await user.resume(id);
      return (await user.get(id)).body.show_label === true;
    },
  }),
];

/** Whether a member of a widget was never sent by an update. */
type Untouched = (id: string) => boolean;

interface LostMember {
  readonly says: string;
  readonly alsoBreaks: readonly RuleId[];
  readonly layer: (isUntouched: Untouched) => Layer;
  /** Whether a value that is shown at the end shows the bug. */
  readonly isLost: (value: unknown) => boolean;
}

/** A bug in a member that no update has written. */
function untouched(
  id: string,
  operation: "pauseWidget" | "resumeWidget",
  member: string,
  { layer, isLost, ...rest }: LostMember,
) {
  return mutant({
    ...{ id, rule: "PAUSE-7", ...rest },
    layer: () => {
      const sent = new Set<string>();
      const noting = onOperation("updateWidget", async (call, next) => {
        if (bodyOf(call)[member] !== undefined) sent.add(call.id);
        return next(call);
      });
      const inner = layer((one) => !sent.has(one));
      return (call, next) => noting(call, (each) => inner(each, next));
    },
    shows: async (user) => {
      const { id: one } = (await user.active()).body;
      await user.pause(one);
      if (operation === "resumeWidget") await user.resume(one);
      return isLost((await user.get(one)).body[member]);
    },
  });
}

/** Empties a list that no update has written. */
function emptyingUntouched(operation: string, member: string, isUntouched: Untouched): Layer {
  return afterwards(operation, async (call, reply, next): Promise<Reply | undefined> => {
    if (!isUntouched(call.id)) return undefined;
    const { body } = await next(asked(call, "PATCH", widgetPath(call.id), { [member]: [] }));
    return widgetIn(reply) ? { ...reply, body } : undefined;
  });
}

/** Shows null for a member that no update has written, once an operation has succeeded. */
function hidingUntouched(operation: string, member: string, isUntouched: Untouched): Layer {
  return onceDone(operation, (widget) => (isUntouched(String(widget["id"])) ? { ...widget, [member]: null } : widget));
}

/** Updates a widget besides, from the nth time that an operation succeeds on it. */
function updatingAfter(operation: string, update: JsonObject, times = 1): Layer {
  const counts = new Map<string, number>();
  return afterwards(operation, async (call, reply, next): Promise<Reply | undefined> => {
    counts.set(call.id, (counts.get(call.id) ?? 0) + 1);
    if ((counts.get(call.id) ?? 0) < times) return undefined;
    const { body } = await next(asked(call, "PATCH", widgetPath(call.id), update));
    return widgetIn(reply) ? { ...reply, body } : undefined;
  });
}

function resettingAfter(operation: string, members: readonly string[], times = 1): Layer {
  return updatingAfter(operation, resetting(members), times);
}

function restoringOnResume(): Layer {
  const paused = new Map<string, JsonObject>();
  return afterwards(["pauseWidget", "resumeWidget"], async (call, reply, next) => {
    const widget = widgetIn(reply);
    if (!widget) return undefined;
    if (call.operation === "pauseWidget") paused.set(call.id, paused.get(call.id) ?? configurationOf(widget));
    const then = paused.get(call.id);
    if (call.operation === "pauseWidget" || !then) return undefined;
    paused.delete(call.id);
    const { body } = await next(asked(call, "PATCH", widgetPath(call.id), then));
    return { ...reply, body };
  });
}
