import type { JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { bodyOf, has, isEmpty, part } from "../call.test-helper.ts";
import { refusal, refuse, takeBody } from "../layer.test-helper.ts";
import { readBack, refuses, written } from "../probes.test-helper.ts";

const documented = { persona: "New system prompt...", voice: "Aoede", theme: { primary: "#ff6600" } };

/** Bugs in what updates are taken. */
export const updateMutants = [
  mutant({
    id: "update-wants-the-name",
    rule: "UPDATE-1",
    says: "An update without the name is refused.",
    alsoBreaks: ["UPDATE-3", "UPDATE-4"],
    layer: () => refuse("updateWidget", (call) => !has(bodyOf(call), "name")),
    shows: refuses({ intro_title: "Hello" }),
  }),
  mutant({
    id: "update-refuses-many",
    rule: "UPDATE-1",
    says: "An update of more than six members at once is refused.",
    layer: () => refuse("updateWidget", (call) => Object.keys(bodyOf(call)).length > 6),
    shows: refuses({ ...written, button_label: "Talk", intro_subtitle: "Ask" }),
  }),
  mutant({
    id: "update-refuses-empty-values",
    rule: "UPDATE-1",
    says: "An update to an empty text, an empty list or false is refused.",
    alsoBreaks: ["OBJ-11", "OBJ-12"],
    layer: () => refuse("updateWidget", (call) => Object.values(bodyOf(call)).some(isEmpty), refusal(422)),
    shows: refuses({ show_label: false }),
  }),
  mutant({
    id: "persona-voice-and-theme-clash",
    rule: "UPDATE-3",
    says: "Persona, voice and theme are refused in one call, though each is taken alone.",
    alsoBreaks: ["UPDATE-1"],
    layer: () => refuse("updateWidget", (call) => has(bodyOf(call), "persona", "voice", "theme")),
    shows: refuses(documented),
  }),
  mutant({
    id: "theme-in-part-is-refused",
    rule: "UPDATE-4",
    says: "A theme without all of its members is refused.",
    alsoBreaks: ["UPDATE-1", "UPDATE-3"],
    layer: () => refuse("updateWidget", (call) => isPartial(bodyOf(call))),
    shows: refuses({ theme: { radius: 8 } }),
  }),
  mutant({
    id: "theme-in-part-is-ignored",
    rule: "UPDATE-4",
    says: "A theme without all of its members is taken, and changes nothing.",
    alsoBreaks: ["UPDATE-3", "UPDATE-5"],
    layer: () =>
      takeBody("updateWidget", (body) => {
        const { theme, ...others } = body;
        return isPartial(body) ? others : body;
      }),
    shows: async (user) => (await readBack(user, { theme: { radius: 8 } })).theme.radius !== 8,
  }),
];

function isPartial(body: JsonObject): boolean {
  return "theme" in body && !has(part(body, "theme"), "mode", "primary", "radius");
}
