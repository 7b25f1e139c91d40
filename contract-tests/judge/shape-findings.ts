import type { ApiDocument, Schema } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";
import type { JudgedTimeline, Moment } from "../history/timeline.ts";
import type { Finding } from "./finding.ts";
import { writableMembers } from "./members.ts";

/** A member of a widget, or a part of one as `theme.primary`. */
interface Shape {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly rule: RuleId;
}

type Wrong = Pick<Finding, "rule" | "level" | "says">;

/** What is wrong with the form of the widgets that the run made, wherever they were shown; each thing once. */
export function shapeFindings(document: ApiDocument, timelines: readonly JudgedTimeline[]): Finding[] {
  const shapes = shapesOf(document);
  const all = timelines.flatMap(({ moments, id, created }): Finding[] => {
    const calls = [created.n];
    const badId: Finding[] = id.startsWith("wgt_")
      ? []
      : [{ rule: "OBJ-2", level: "warn", says: "An id does not start with wgt_.", calls }];
    return [...badId, ...moments.flatMap((moment) => momentFindings(shapes, moment))];
  });
  return [...new Map(all.map((finding) => [`${finding.rule} ${finding.says}`, finding])).values()];
}

/** What the documentation shows of widgets but their id, by its example: another type is a breach. */
function shapesOf(document: ApiDocument): Shape[] {
  const state = membersOf(document, schemaNamed(document, "WidgetState"));
  return [...state, ...writableMembers(document)].flatMap(([name, schema]): Shape[] => {
    const rule = schema["x-rule"];
    if (rule === undefined || name === "id") return [];
    const parts = Object.entries(schema.properties ?? {}).map(
      ([part, inner]): Shape => ({ path: [name, part], schema: withReference(document, inner), rule }),
    );
    const items = schema.items && withReference(document, schema.items);
    return [{ path: [name], schema: items ? { ...schema, items } : schema, rule }, ...parts];
  });
}

function momentFindings(shapes: readonly Shape[], moment: Moment): Finding[] {
  if (moment.kind !== "shown") return [];
  const { widget, inList, exchange } = moment;
  const wrong = shapes.flatMap((shape): Wrong[] => {
    const value = at(widget, shape.path);
    if (value === undefined) return inList ? [] : missing(shape, widget);
    // null stands for nothing while a crawl has yet to fill it in; a status it is never.
    return value === null && shape.path[0] !== "status" ? [] : wrongWith(shape, value);
  });
  return wrong.map((one) => ({ ...one, calls: [exchange.n] }));
}

function wrongWith({ path, schema, rule }: Shape, value: Json): Wrong[] {
  const [name = ""] = path;
  const says = typeFault(schema, value) ?? furtherFaults[name]?.(value);
  if (says !== undefined) return [{ rule, level: "fail", says: `${path.join(".")} ${says}.` }];
  // What the documentation shows of a part's form it does not demand.
  const isOdd =
    path.length > 1 && typeof value === "string" && schema.pattern && !new RegExp(schema.pattern).test(value);
  const form = `${path.join(".")} is ${value}, not of the form of ${schema.examples?.[0]}.`;
  return isOdd ? [{ rule, level: "warn", says: form }] : [];
}

/** What is wrong with the type of a value; undefined where nothing is. */
function typeFault({ type, items }: Schema, value: Json): string | undefined {
  switch (type) {
    case "array": {
      const isList = Array.isArray(value) && value.every((item) => !items || typeFault(items, item) === undefined);
      return isList ? undefined : `is no array of ${items?.type}s`;
    }
    case "object":
      return isJsonObject(value) ? undefined : "is no object";
    default:
      return typeof value === type ? undefined : `is no ${type}`;
  }
}

/** What the documentation shows of some members besides their type. */
const furtherFaults: { readonly [member: string]: (value: Json) => string | undefined } = {
  status: (status) => {
    const word = ["draft", "active"].find((one) => one !== status && one === String(status).toLowerCase());
    return word && `is ${status}, not ${word}`;
  },
  created_at: (value) => {
    const isTime =
      /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(String(value)) &&
      !Number.isNaN(Date.parse(String(value)));
    return isTime ? undefined : `is no RFC 3339 time: ${JSON.stringify(value)}`;
  },
  domains: (hosts) =>
    (hosts as string[]).some((host) => host.includes("://")) ? "holds an address, not host names" : undefined,
};

/** A documented member that a fetched widget lacks: no word requires it, so it is a warning. */
function missing({ path, rule }: Shape, widget: JsonObject): Wrong[] {
  const isPartOfNothing = path.length > 1 && !isJsonObject(widget[path[0] ?? ""]);
  return isPartOfNothing ? [] : [{ rule, level: "warn", says: `${path.join(".")} is missing.` }];
}

function at(widget: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((part, step) => (isJsonObject(part) ? part[step] : undefined), widget);
}
