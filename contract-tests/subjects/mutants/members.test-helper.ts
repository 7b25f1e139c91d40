import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { bodyOf, part } from "../call.test-helper.ts";
import { refuse, show, take } from "../layer.test-helper.ts";
import { isSpoilt, refuses, sentBack } from "../probes.test-helper.ts";

const everyStatus = [
  ...(["CREATE-3", "LIFE-1", "LIFE-4", "PAUSE-1", "PAUSE-2", "RECRAWL-2", "RECRAWL-7", "EVENT-3"] as const),
];

const written = ["UPDATE-3", "UPDATE-5"] as const;

/** Bugs in the forms of a widget's members, where they are no texts. */
export const memberMutants = [
  mutant({
    id: "status-in-capitals",
    rule: "OBJ-4",
    says: "The status is DRAFT, ACTIVE or PAUSED.",
    alsoBreaks: everyStatus,
    layer: () => show("status", (status) => String(status).toUpperCase()),
    shows: async (user) => (await user.create()).body.status === "DRAFT",
  }),
  mutant({
    id: "status-is-an-object",
    rule: "OBJ-4",
    says: "The status is an object with a value.",
    alsoBreaks: everyStatus,
    layer: () => show("status", (value) => ({ value })),
    shows: async (user) => typeof (await user.create()).body.status === "object",
  }),
  mutant({
    id: "active-is-called-live",
    rule: "OBJ-4",
    says: "What is active is called `live`.",
    alsoBreaks: ["LIFE-1", "PAUSE-2", "RECRAWL-2", "EVENT-3"],
    layer: () => show("status", (status) => (status === "active" ? "live" : status)),
    shows: async (user) => (await user.active()).body.status === "live",
  }),
  mutant({
    id: "display-mode-is-a-number",
    rule: "OBJ-5",
    says: "The display mode is shown as the number of its place among the modes.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("display_mode", (mode) => ["fab", "inline", "fullscreen"].indexOf(String(mode))),
    shows: async (user) => typeof (await user.create()).body.display_mode === "number",
  }),
  mutant({
    id: "fab-is-refused",
    rule: "OBJ-5",
    says: "An update to the display mode `fab` is refused.",
    alsoBreaks: ["UPDATE-1"],
    layer: () => refuse("updateWidget", (call) => bodyOf(call)["display_mode"] === "fab"),
    shows: refuses({ display_mode: "fab" }),
  }),
  mutant({
    id: "position-is-an-object",
    rule: "OBJ-6",
    says: "The position is an object of its two sides.",
    alsoBreaks: ["UPDATE-5"],
    layer: () =>
      show("position", (position) => {
        const [y = "", x = ""] = String(position).split("-");
        return { x, y };
      }),
    shows: async (user) => typeof (await user.create()).body.position === "object",
  }),
  mutant({
    id: "position-with-an-underscore",
    rule: "OBJ-6",
    says: "The position that was written as `bottom-right` is read as `bottom_right`.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("position", (position) => String(position).replace("-", "_")),
    shows: async (user) => (await sentBack(user, "position", "bottom-right")) === "bottom_right",
  }),
  mutant({
    id: "aoede-is-refused",
    rule: "OBJ-7",
    says: "The documented voice Aoede is refused.",
    alsoBreaks: ["UPDATE-1", "UPDATE-3"],
    layer: () => refuse(["createWidget", "updateWidget"], (call) => bodyOf(call)["voice"] === "Aoede"),
    shows: refuses({ voice: "Aoede" }),
  }),
  mutant({
    id: "voice-is-an-object",
    rule: "OBJ-7",
    says: "The voice is shown as an object with a name.",
    alsoBreaks: written,
    layer: () => show("voice", (name) => ({ name })),
    shows: async (user) => typeof (await user.create()).body.voice === "object",
  }),
  mutant({
    id: "radius-is-a-text",
    rule: "OBJ-9",
    says: "The radius is shown as a text, such as 16px.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () =>
      show("theme", (_, widget) => ({ ...part(widget, "theme"), radius: `${part(widget, "theme")["radius"]}px` })),
    shows: async (user) => typeof (await user.create()).body.theme.radius === "string",
  }),
  mutant({
    id: "colour-as-rgb",
    rule: "OBJ-9",
    says: "The colour is shown as rgb(…) instead of #rrggbb.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () =>
      show("theme", (_, widget) => ({ ...part(widget, "theme"), primary: rgb(part(widget, "theme")["primary"]) })),
    shows: async (user) => String((await user.create()).body.theme.primary).startsWith("rgb("),
  }),
  mutant({
    id: "theme-is-a-text",
    rule: "OBJ-9",
    says: "The theme is shown as JSON in a text.",
    alsoBreaks: ["UPDATE-4", ...written],
    layer: () => show("theme", (theme) => JSON.stringify(theme)),
    shows: async (user) => typeof (await user.create()).body.theme === "string",
  }),
  mutant({
    id: "show-label-is-a-text",
    rule: "OBJ-12",
    says: "Whether the label is shown is told by the text true or false.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("show_label", String),
    shows: async (user) => typeof (await user.create()).body.show_label === "string",
  }),
  mutant({
    id: "false-is-taken-for-nothing",
    rule: "OBJ-12",
    says: "A show_label that was written as false is taken for one that was not sent.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => take("show_label", (value) => value || undefined),
    shows: isSpoilt("show_label", false),
  }),
  mutant({
    id: "domains-with-a-scheme",
    rule: "OBJ-13",
    says: "Domains are shown as addresses with a scheme.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("domains", (domains) => (domains as readonly Json[]).map((domain) => `https://${domain}`)),
    shows: async (user) => (await user.create()).body.domains[0].startsWith("https://"),
  }),
  mutant({
    id: "domains-without-www",
    rule: "OBJ-13",
    says: "A www. before a domain is taken away.",
    alsoBreaks: ["UPDATE-5"],
    layer: () =>
      take("domains", (domains) => (domains as readonly Json[]).map((domain) => String(domain).replace(/^www\./, ""))),
    shows: isSpoilt("domains", ["www.northwind.example"]),
  }),
  mutant({
    id: "domains-in-one-text",
    rule: "OBJ-13",
    says: "Domains are shown as one text with commas.",
    alsoBreaks: ["UPDATE-5"],
    layer: () => show("domains", (domains) => (domains as readonly Json[]).join(",")),
    shows: async (user) => typeof (await user.create()).body.domains === "string",
  }),
];

function rgb(colour: Json | undefined): string {
  const [r, g, b] = [1, 3, 5].map((from) => Number.parseInt(String(colour).slice(from, from + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
}
