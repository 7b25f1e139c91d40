import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import { leftAsTheyWere, mayResume, revived } from "./changes.ts";
import { ruleOfMember } from "./members.ts";
import type { Relaxed } from "./relaxed.ts";
import type { Lens, State } from "./state.ts";
import { memberOf, pairOf, sendsThemeInPart, valuesIn } from "./values.ts";

/** What an update does to a widget that takes it. */
export function updated(
  state: State,
  { request, isTricky }: Exchange,
  { members }: Lens,
  relaxed: Relaxed,
): readonly State[] {
  if (state.phase === "gone") return relaxed.has("DELETE-6") ? revived(state) : [];
  const body = request.body ?? {};
  const sent = valuesIn(body, members);
  const touched = new Set(Object.keys(body));
  const kept = [...state.values].filter(([name]) => !isLoosened(name, touched, relaxed));
  const written = new Set([...state.written, ...sent.keys()]);
  const stuck: State = { ...state, values: new Map([...kept, ...sent]), written };
  const lost: State = { ...state, values: new Map(kept) };
  const withoutTheme = new Map([...stuck.values].filter(([name]) => memberOf(name) !== "theme"));
  return [
    ...mayResume(stuck),
    ...(mayBeLost(body, relaxed) ? [state] : []),
    ...(relaxed.has("UPDATE-5") ? [lost] : []),
    ...(isLeft(state, relaxed) ? leftAsTheyWere(state, stuck, sent.keys()) : []),
    ...(!isTricky && relaxed.has("UPDATE-3") ? ofTrio(state, stuck, body, sent.keys()) : []),
    ...(sendsThemeInPart(body) && relaxed.has("UPDATE-4") ? [{ ...stuck, values: withoutTheme }] : []),
  ];
}

/** Whether an update may have been accepted and lost. */
function mayBeLost(body: JsonObject, relaxed: Relaxed): boolean {
  return relaxed.has("UPDATE-5") || relaxed.has("UPDATE-5:left") || (sendsTrio(body) && relaxed.has("UPDATE-3"));
}

/** Whether an update may be refused: values that are hard may be refused honestly, within other limits than ours. */
export function isSpared(
  { request, response, isTricky }: Exchange,
  { accepted, members }: Lens,
  relaxed: Relaxed,
): boolean {
  const body = request.body ?? {};
  // Names may have to be unique (A-CREATE-4): one that was given elsewhere is taken.
  const isTaken =
    body["name"] !== undefined && (response?.status === 409 || accepted.has(pairOf("name", body["name"])));
  if (isTricky || isTaken || (sendsTrio(body) && relaxed.has("UPDATE-3") && !accepted.has(trio))) return true;
  if (sendsThemeInPart(body) && relaxed.has("UPDATE-4") && !accepted.has("theme")) return true;
  return Object.entries(body).some(([name, value]) => {
    const rule = ruleOfMember(members, name);
    return rule !== undefined && relaxed.has(rule) && !accepted.has(pairOf(name, value));
  });
}

/** The three that the documentation sends in one call. */
const trio = "persona,theme,voice";

function sendsTrio(body: JsonObject): boolean {
  return sendsOfTrio(body) === 3;
}

/** How many of the three an update sends. */
function sendsOfTrio(body: JsonObject): number {
  return trio.split(",").filter((name) => body[name] !== undefined).length;
}

/** Where one of the three is as it was before, or, in one call with another, is anything. */
function ofTrio(before: State, stuck: State, body: JsonObject, sent: Iterable<string>): State[] {
  const some = [...sent].filter((name) => trio.split(",").includes(memberOf(name)));
  return [...leftAsTheyWere(before, stuck, some), ...(sendsOfTrio(body) > 1 ? [withoutTrio(stuck)] : [])];
}

function withoutTrio(state: State): State {
  const values = [...state.values].filter(([name]) => !trio.split(",").includes(memberOf(name)));
  return { ...state, values: new Map(values) };
}

/** Whether what is known of a member is no longer sure after an update that sent other ones. */
function isLoosened(name: string, touched: ReadonlySet<string>, relaxed: Relaxed): boolean {
  // What of a theme was not sent may stay or go back to a default (A-PATCH-1), and null puts a member back (A-PATCH-2).
  return touched.has(memberOf(name)) || relaxed.has("UPDATE-2");
}

/** Whether an update may have left a member as it was: at any time, or after a recrawl that has put it back. */
function isLeft({ phase, mayChange }: State, relaxed: Relaxed): boolean {
  return relaxed.has("UPDATE-5:left") || (relaxed.has("UPDATE-5:put-back") && mayChange && phase !== "draft");
}
