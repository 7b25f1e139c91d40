import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { Finding } from "./finding.ts";
import { ruleOfMember } from "./relaxed.ts";
import type { Moment, Timeline } from "./timeline.ts";

type Check = (value: Json) => string | undefined;

const text: Check = (value) => (typeof value === "string" ? undefined : "is no string");
const flag: Check = (value) => (typeof value === "boolean" ? undefined : "is no boolean");
const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? undefined : "is no array of strings";

/** What the documentation shows of each member, by its example: another type is a breach. */
const shapes: { readonly [member: string]: Check } = {
  name: text,
  display_mode: text,
  position: text,
  voice: text,
  persona: text,
  intro_title: text,
  intro_subtitle: text,
  button_label: text,
  show_label: flag,
  suggested_prompts: texts,
  domains: (value) =>
    texts(value) ??
    ((value as string[]).some((host) => host.includes("://")) ? "holds an address, not host names" : undefined),
  theme: (value) => (isJsonObject(value) ? undefined : "is no object"),
};

/** What is wrong with the form of the widgets that the run made, wherever they were shown; each thing once. */
export function shapeFindings(timelines: readonly Timeline[]): Finding[] {
  const all = timelines.flatMap(({ moments, id, created }): Finding[] => {
    const calls = [created.n];
    const badId: Finding[] = id.startsWith("wgt_")
      ? []
      : [{ rule: "OBJ-2", level: "warn", says: "An id does not start with wgt_.", calls }];
    return [...badId, ...moments.flatMap(momentFindings)];
  });
  return [...new Map(all.map((finding) => [`${finding.rule} ${finding.says}`, finding])).values()];
}

function momentFindings(moment: Moment): Finding[] {
  if (moment.kind !== "shown") return [];
  const { widget, inList, exchange } = moment;
  const wrong = [...formOf(widget), ...themeOf(widget["theme"]), ...(inList ? [] : missingIn(widget))];
  return wrong.map((one) => ({ ...one, calls: [exchange.n] }));
}

type Wrong = Pick<Finding, "rule" | "level" | "says">;

function formOf(widget: JsonObject): Wrong[] {
  const status = statusOf(widget["status"]);
  const wrong = Object.entries(shapes).flatMap(([name, check]): Wrong[] => {
    const value = widget[name];
    // null stands for nothing while a crawl has yet to fill it in.
    const says = value === undefined || value === null ? undefined : check(value);
    const rule = ruleOfMember(name);
    return says === undefined || rule === undefined ? [] : [{ rule, level: "fail", says: `${name} ${says}.` }];
  });
  return [...status, ...wrong, ...createdAtOf(widget["created_at"])];
}

function statusOf(status: Json | undefined): Wrong[] {
  if (status === undefined) return [];
  if (typeof status !== "string") return [{ rule: "OBJ-4", level: "fail", says: "status is no string." }];
  const documented = ["draft", "active"].find((word) => word !== status && word === status.toLowerCase());
  return documented ? [{ rule: "OBJ-4", level: "fail", says: `status is ${status}, not ${documented}.` }] : [];
}

function createdAtOf(value: Json | undefined): Wrong[] {
  if (value === undefined || value === null) return [];
  const isTime =
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value));
  return isTime
    ? []
    : [{ rule: "OBJ-14", level: "fail", says: `created_at is no RFC 3339 time: ${JSON.stringify(value)}.` }];
}

function themeOf(theme: Json | undefined): Wrong[] {
  if (!isJsonObject(theme)) return [];
  const wrong = (level: "fail" | "warn", says: string): Wrong => ({ rule: "OBJ-9", level, says });
  const { mode, primary, radius } = theme;
  return [
    ...(mode === undefined || mode === null || typeof mode === "string"
      ? []
      : [wrong("fail", "theme.mode is no string.")]),
    ...(primary === undefined || primary === null || typeof primary === "string"
      ? []
      : [wrong("fail", "theme.primary is no string.")]),
    ...(typeof primary === "string" && !/^#[0-9a-f]{6}$/i.test(primary)
      ? [wrong("warn", `theme.primary is no #rrggbb: ${primary}.`)]
      : []),
    ...(radius === undefined || radius === null || typeof radius === "number"
      ? []
      : [wrong("fail", "theme.radius is no number.")]),
  ];
}

/** A documented member that a fetched widget lacks: no word requires it, so it is a warning. */
function missingIn(widget: JsonObject): Wrong[] {
  const members: readonly (readonly [string, RuleId])[] = [
    ["status", "OBJ-4"],
    ["created_at", "OBJ-14"],
    ...Object.keys(shapes).flatMap((name): (readonly [string, RuleId])[] => {
      const rule = ruleOfMember(name);
      return rule === undefined ? [] : [[name, rule]];
    }),
  ];
  const theme = isJsonObject(widget["theme"]) ? widget["theme"] : undefined;
  const parts = theme ? ["mode", "primary", "radius"].filter((part) => theme[part] === undefined) : [];
  return [
    ...members
      .filter(([name]) => widget[name] === undefined)
      .map(([name, rule]): Wrong => ({ rule, level: "warn", says: `${name} is missing.` })),
    ...parts.map((part): Wrong => ({ rule: "OBJ-9", level: "warn", says: `theme.${part} is missing.` })),
  ];
}
