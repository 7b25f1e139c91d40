import type { ApiDocument, Schema } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { memberOf } from "./values.ts";

/** The members of a widget that a client may write, as the document has them. */
export type Members = ReadonlyMap<string, Schema>;

/** The members of a widget that a client may write. */
export function writableMembers(document: ApiDocument): Members {
  return membersOf(document, schemaNamed(document, "WidgetConfiguration"));
}

/** The rule that a member's value follows, or that of its parts. */
export function ruleOfMember(members: Members, name: string): RuleId | undefined {
  return members.get(memberOf(name))?.["x-rule"];
}

/** Whether a crawl may make a member's value anew at its end, whoever wrote it (A-RECRAWL-6). */
export function isCrawled(members: Members, name: string): boolean {
  return members.get(memberOf(name))?.["x-crawled"] !== undefined;
}
