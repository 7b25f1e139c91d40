import type { RuleId } from "../../../spec/generated/rules.ts";
import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { type Layer, onceDone, show, take, takeBody, text } from "../layer.test-helper.ts";
import { changes, isSpoilt } from "../probes.test-helper.ts";

/** A bug in what becomes of a member's value on its way in. */
interface Spoiling {
  readonly id: string;
  readonly says: string;
  readonly member: string;
  readonly taken: (value: Json) => Json | undefined;
  /** A value that shows it. */
  readonly value: Json;
}

const personas = "You are Sam, the friendly catering concierge. ";
const withoutEmoji = text((value) => value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, "?"));
const sorted = (list: Json): Json => (Array.isArray(list) ? [...list].sort() : list);
const distinct = (list: Json): Json => (Array.isArray(list) ? [...new Set(list)] : list);

const names: readonly Spoiling[] = [
  {
    id: "name-is-trimmed",
    says: "Spaces around a name are taken away.",
    member: "name",
    taken: text((name) => name.trim() || name),
    value: "  Northwind ",
  },
  {
    id: "name-loses-emoji",
    says: "A character outside the basic plane becomes U+FFFD in a name.",
    member: "name",
    taken: text((name) => name.replaceAll(/[\u{10000}-\u{10ffff}]/gu, "\ufffd")),
    value: "Caf\u{1f370}",
  },
  {
    id: "name-is-normalised",
    says: "Combining marks in a name are composed.",
    member: "name",
    taken: text((name) => name.normalize("NFC")),
    value: "Cafe\u0301",
  },
  {
    id: "name-cut-at-32",
    says: "A name is cut after 32 characters.",
    member: "name",
    taken: text((name) => name.slice(0, 32)),
    value: "Northwind Catering of the Northwind Isles".slice(0, 39),
  },
  {
    id: "name-is-escaped",
    says: "A name is stored as HTML.",
    member: "name",
    taken: text((name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;")),
    value: "Salt & Vinegar <3",
  },
];

const personaTexts: readonly Spoiling[] = [
  {
    id: "persona-is-unescaped",
    says: "Entities of HTML in a persona become the characters that they stand for.",
    member: "persona",
    taken: text((persona) => persona.replaceAll("&lt;", "<").replaceAll("&amp;", "&")),
    value: "Write &lt;b&gt;.",
  },
  {
    id: "persona-cut-at-1000",
    says: "A persona is cut after 1000 characters.",
    member: "persona",
    taken: text((persona) => persona.slice(0, 1000)),
    value: personas.repeat(40),
  },
  {
    id: "persona-cut-at-255",
    says: "A persona is cut after 255 characters.",
    member: "persona",
    taken: text((persona) => persona.slice(0, 255)),
    value: personas.repeat(8),
  },
  {
    id: "persona-is-trimmed",
    says: "White space around a persona is taken away.",
    member: "persona",
    taken: text((persona) => persona.trim()),
    value: "\n  You are Sam.\n\n",
  },
  {
    id: "persona-newlines-are-folded",
    says: "The lines of a persona are joined by spaces.",
    member: "persona",
    taken: text((persona) => persona.replaceAll(/\r?\n/g, " ")),
    value: "You are Sam.\n\nYou cater.",
  },
  {
    id: "persona-loses-emoji",
    says: "A character outside the basic plane is lost from a persona.",
    member: "persona",
    taken: text((persona) => persona.replaceAll(/[\u{10000}-\u{10ffff}]/gu, "")),
    value: "You are Sam \u{1f370}.",
  },
  {
    id: "persona-is-normalised",
    says: "Combining marks in a persona are composed.",
    member: "persona",
    taken: text((persona) => persona.normalize("NFC")),
    value: "Tu tiens un cafe\u0301.",
  },
  {
    id: "persona-loses-directions",
    says: "Marks of the direction of writing are lost from a persona.",
    member: "persona",
    taken: text((persona) => persona.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")),
    value: "\u200fשלום \u202bSam\u202c",
  },
  {
    id: "persona-quotes-are-doubled",
    says: "An apostrophe in a persona is doubled, as in SQL.",
    member: "persona",
    taken: text((persona) => persona.replaceAll("'", "''")),
    value: "You're Sam.",
  },
  {
    id: "persona-tabs-become-spaces",
    says: "A tab in a persona becomes a space.",
    member: "persona",
    taken: text((persona) => persona.replaceAll("\t", " ")),
    value: "Menu:\tsoup",
  },
];

const intros: readonly Spoiling[] = [
  {
    id: "subtitle-cut-at-80",
    says: "An intro_subtitle is cut after 80 characters.",
    member: "intro_subtitle",
    taken: text((subtitle) => subtitle.slice(0, 80)),
    value: "Ask me about catering, menus, or events. ".repeat(3),
  },
  {
    id: "title-in-title-case",
    says: "Every word of an intro_title gets a capital.",
    member: "intro_title",
    taken: text((title) => title.replaceAll(/(?<=^| )\p{Ll}/gu, (letter) => letter.toUpperCase())),
    value: "Hi, this is sam",
  },
];

const prompts: readonly Spoiling[] = [
  {
    id: "prompts-are-sorted",
    says: "Suggested prompts are put in alphabetical order.",
    member: "suggested_prompts",
    taken: sorted,
    value: ["Where?", "Can you?", "What?"],
  },
  {
    id: "equal-prompts-are-joined",
    says: "Of equal suggested prompts only one stays.",
    member: "suggested_prompts",
    taken: distinct,
    value: ["What?", "What?"],
  },
  {
    id: "no-prompts-means-defaults",
    says: "An empty list of suggested prompts is replaced by the default ones.",
    member: "suggested_prompts",
    taken: (list) => (Array.isArray(list) && list.length === 0 ? undefined : list),
    value: [],
  },
  {
    id: "empty-prompts-are-dropped",
    says: "An empty text is dropped from the suggested prompts.",
    member: "suggested_prompts",
    taken: (list) => (Array.isArray(list) ? list.filter((prompt) => prompt !== "") : list),
    value: ["", "What?"],
  },
];

const labels: readonly Spoiling[] = [
  {
    id: "no-label-means-default",
    says: "An empty button_label is taken for one that was not sent.",
    member: "button_label",
    taken: (label) => label || undefined,
    value: "",
  },
  {
    id: "label-cut-at-20",
    says: "A button_label is cut after 20 characters.",
    member: "button_label",
    taken: text((label) => label.slice(0, 20)),
    value: "Talk to our catering team",
  },
];

function spoilt(rule: RuleId, alsoBreaks: readonly RuleId[], spoilings: readonly Spoiling[]) {
  return spoilings.map(({ id, says, member, taken, value }) =>
    mutant({ id, rule, says, alsoBreaks, layer: () => take(member, taken), shows: isSpoilt(member, value) }),
  );
}

/** The same in creates alone: an update takes the value as it is. */
function spoiltByCreate(rule: RuleId, alsoBreaks: readonly RuleId[], spoilings: readonly Spoiling[], wanted: string) {
  return spoilings
    .filter(({ id }) => id === wanted)
    .map(({ id, says, member, taken, value }) =>
      mutant({
        id: `create-${id}`,
        rule,
        says: `${says.slice(0, -1)}, where a create sends it.`,
        alsoBreaks,
        layer: () =>
          takeBody("createWidget", ({ [member]: sent, ...body }) => {
            const changed = sent === undefined ? undefined : taken(sent);
            return changed === undefined ? body : { ...body, [member]: changed };
          }),
        shows: async (user) =>
          JSON.stringify((await user.create({ [member]: value })).body[member]) !== JSON.stringify(value) &&
          !(await isSpoilt(member, value)(user)),
      }),
    );
}

function shown(
  rule: RuleId,
  id: string,
  says: string,
  member: string,
  layer: () => Layer,
  isWrong: (value: Json) => boolean,
) {
  return mutant({
    id,
    rule,
    says,
    alsoBreaks: ["UPDATE-5"],
    layer,
    shows: async (user) => isWrong((await user.create()).body[member]),
  });
}

const isObject = (value: Json) => typeof value === "object";

/** Bugs in what becomes of texts and lists of texts. */
export const textMutants = [
  ...spoilt("OBJ-3", ["CREATE-2", "UPDATE-5"], names),
  ...spoilt("OBJ-8", ["UPDATE-3", "UPDATE-5"], personaTexts),
  ...spoilt("OBJ-10", ["UPDATE-5"], intros),
  ...spoilt("OBJ-11", ["UPDATE-5"], prompts),
  ...spoilt("OBJ-12", ["UPDATE-5"], labels),
  ...spoiltByCreate("OBJ-3", ["CREATE-2"], names, "name-is-escaped"),
  ...spoiltByCreate("OBJ-3", ["CREATE-2"], names, "name-cut-at-32"),
  ...spoiltByCreate("OBJ-8", [], personaTexts, "persona-newlines-are-folded"),
  ...spoiltByCreate("OBJ-8", [], personaTexts, "persona-cut-at-1000"),
  ...spoiltByCreate("OBJ-11", [], prompts, "equal-prompts-are-joined"),
  ...spoiltByCreate("OBJ-12", [], labels, "no-label-means-default"),
  mutant({
    id: "creates-lose-emoji",
    rule: "OBJ-8",
    says: "In all texts of a create a character outside the basic plane becomes a question mark.",
    alsoBreaks: ["OBJ-3", "OBJ-10", "OBJ-12", "CREATE-2"],
    layer: () =>
      takeBody("createWidget", (body) =>
        Object.fromEntries(Object.entries(body).map(([name, value]) => [name, withoutEmoji(value ?? null)])),
      ),
    shows: async (user) => (await user.create({ persona: "Sam \u{1f370}" })).body.persona === "Sam ?",
  }),
  shown(
    "OBJ-10",
    "title-by-language",
    "The intro_title is shown as an object of languages.",
    "intro_title",
    () => show("intro_title", (en) => ({ en })),
    isObject,
  ),
  shown(
    "OBJ-11",
    "prompts-are-objects",
    "Suggested prompts are shown as objects with a text.",
    "suggested_prompts",
    () => show("suggested_prompts", (list) => (list as readonly Json[]).map((prompt) => ({ text: prompt }))),
    (list) => isObject((list as readonly Json[])[0] ?? null),
  ),
  shown(
    "OBJ-11",
    "prompts-in-one-text",
    "Suggested prompts are shown as lines of one text.",
    "suggested_prompts",
    () => show("suggested_prompts", (list) => (list as readonly Json[]).join("\n")),
    (list) => typeof list === "string",
  ),
  mutant({
    id: "empty-title-becomes-null",
    rule: "OBJ-10",
    says: "An intro_title that was written as an empty text is read as null.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("intro_title", (title) => title || null),
    shows: isSpoilt("intro_title", ""),
  }),
  mutant({
    id: "recrawl-renames",
    rule: "OBJ-3",
    says: "After a recrawl the name is what the site's title says.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5"],
    layer: () => onceDone("recrawlWidget", (widget) => ({ ...widget, name: "Home" })),
    shows: changes("name", (user, id) => user.recrawl(id)),
  }),
];
