import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { unknownName } from "../../spec/nearest.ts";
import { operationsOf } from "../../spec/operations.ts";
import { callerRoles } from "../history/exchange.ts";
import { observedWhens } from "../history/observation.ts";
import { lanes } from "../history/origin.ts";
import { milestoneNames } from "./milestones.ts";
import type { Plan } from "./plan.ts";
import type { Script } from "./script.ts";
import { fittingSizes, type PlanStep } from "./step.ts";

/**
 * The plan that does a counterexample again, by what `replay/<rule>.json` of a report has.
 * @param document whose operations and rules the steps may name
 * @throws RangeError that says what is wrong, where, and what would be right
 */
export function replayOf(document: WidgetsDocument, file: Json): Plan {
  const ofScript = shapeOfScripts(document);
  const scripts = isJsonObject(file) ? file["scripts"] : undefined;
  if (!Array.isArray(scripts) || scripts.length === 0)
    fail("scripts", "must be an array of scripts, as in replay/<rule>.json");
  for (const [index, script] of scripts.entries()) checkMembers(script, `scripts[${index}]`, ofScript);
  const ids = scripts.map((script) => (script as unknown as Script).id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) fail("scripts", `the id "${twice}" occurs twice`);
  return { scripts: scripts as unknown as readonly Script[] };
}

/** Checks a value at a place. */
type Check = (value: Json, place: string) => void;

/** The members of an object, with a `?` behind those that may be left out. */
interface Shape {
  readonly [member: string]: Check;
}

const text = checkOf((value) => typeof value === "string", "a string");
const flag = checkOf((value) => typeof value === "boolean", "true or false");
const object = checkOf(isJsonObject, "an object");
const pageSize = checkOf(
  (value) => fittingSizes.some((size) => size === value) || (Number.isInteger(value) && Number(value) > 0),
  `a positive integer, or one of ${fittingSizes.join(", ")}`,
);
const pageCount = checkOf((value) => Number.isInteger(value) && Number(value) > 0, "a positive integer");
const texts = checkOf(
  (value) => isJsonObject(value) && Object.values(value).every((one) => typeof one === "string"),
  "an object of strings",
);

function checkOf(isFine: (value: Json) => boolean, what: string): Check {
  return (value, place) => {
    if (!isFine(value)) fail(place, `must be ${what}, got ${JSON.stringify(value)}`);
  };
}

function oneOf(...words: readonly string[]): Check {
  return (value, place) => {
    const word = typeof value === "string" ? value : JSON.stringify(value);
    if (!words.includes(word)) fail(place, unknownName("value", word, words));
  };
}

function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) fail(place, "must be an array");
    for (const [index, one] of value.entries()) check(one, `${place}[${index}]`);
  };
}

const observable = oneOf("loadWidget", "startConversation", "visibleIndex", "readConversation", "remains");
/** The members of each kind of step besides the kind. */
type ShapesOfSteps = { readonly [kind in PlanStep["kind"]]: Shape };

function shapesOfSteps(document: WidgetsDocument, checkStep: Check): ShapesOfSteps {
  const rule = oneOf(...Object.keys(document["x-rules"]));
  return {
    call: {
      operation: oneOf(...operationsOf(document).map(({ id }) => id)),
      "caller?": oneOf(...callerRoles),
      "body?": object,
      "asRead?": listOf(text),
      "asListed?": flag,
      "query?": texts,
      "cursor?": oneOf("followed-last", "of-a-deleted-widget"),
      "headers?": texts,
      "id?": oneOf("unknown"),
      "isTricky?": flag,
      "race?": checkStep,
      "probe?": rule,
      "needsVisitors?": flag,
      "isRandom?": flag,
    },
    walk: { limit: pageSize, "mostPages?": pageCount, "isPatient?": flag },
    observe: {
      members: listOf(observable),
      when: oneOf(...observedWhens),
      "ifAccepted?": flag,
      "ifDeleted?": flag,
      "isPatient?": flag,
    },
    "change-site": {},
    wait: { until: oneOf(...milestoneNames, "active", "turn", "crawl-over", "new-index", "accepted", "events") },
    window: { "observe?": observable, "isRandom?": flag },
    "read-active": {},
    clean: { "probe?": rule },
  };
}

function shapeOfScripts(document: WidgetsDocument): Shape {
  const checkStep: Check = (step, place) => {
    object(step, place);
    const { kind, ...members } = step as JsonObject;
    oneOf(...Object.keys(ofSteps))(kind ?? null, `${place}.kind`);
    checkMembers(members, place, ofSteps[kind as PlanStep["kind"]]);
  };
  const ofSteps = shapesOfSteps(document, checkStep);
  return {
    id: text,
    lane: oneOf(...lanes),
    steps: listOf(checkStep),
    "borrows?": oneOf("any", "paused", "active", "spare", "own-site"),
    "insteadOf?": text,
    "namesake?": text,
  };
}

function checkMembers(value: Json, place: string, shape: Shape): void {
  object(value, place);
  const given = value as JsonObject;
  const names = Object.keys(shape).map((key) => key.replace("?", ""));
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) fail(place, unknownName("property", unknown, names));
  for (const [key, check] of Object.entries(shape)) {
    const name = key.replace("?", "");
    const one = given[name];
    if (one !== undefined) check(one, `${place}.${name}`);
    else if (key === name) fail(place, `the property "${name}" is missing`);
  }
}

function fail(place: string, message: string): never {
  throw new RangeError(`${place}: ${message}`);
}
