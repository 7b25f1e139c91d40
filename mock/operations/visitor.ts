import type { Choices } from "../../spec/generated/rules.ts";
import type { Json } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { accessOf } from "../control-plane/guard.ts";
import { Refusal } from "../refusal.ts";
import { beginConversation } from "../world/hold-conversation.ts";
import { toRfc3339 } from "../world/rfc3339.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { OperationCall, WidgetEffect } from "./operation-call.ts";

/** Returns the configuration that an embedded widget is rendered from (A-VIS-1): the members of `VisitorConfig`. */
export const getVisitorConfig: WidgetEffect = ({ engine }, widget) => {
  const { document } = engine.dialect;
  const start = document["x-lifecycle"].operations["startConversation"]?.[widget.state];
  const own: Record<string, Json> = { id: widget.id, can_start: start !== undefined && start.code === undefined };
  const names = [...membersOf(document, schemaNamed(document, "VisitorConfig")).keys()];
  const configuration = engine.configuration.complete(widget);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, own[name] ?? configuration[name]])));
};

/** Starts a conversation, if the page may embed the widget (A-VIS-2, A-VIS-4). */
export const startConversation: WidgetEffect = (call, widget) => {
  checkOrigin(call, widget);
  const { engine, world, exchange } = call;
  if (exchange) engine.quotas.requireRoom(world.organization, "conversations", world.conversations.size);
  const { id, token, tokenExpiresAt } = beginConversation(world, widget, engine.configuration.complete(widget));
  return JSON.stringify({ id, token, expires_at: toRfc3339(tokenExpiresAt) });
};

/** True if any page may embed a widget whose list of domains is empty (A-VIS-6). */
const allowsAnyDomain: { readonly [choice in Choices["A-VIS-6"]]: boolean } = { any: true, none: false };

/** @throws Refusal for a page whose host is not among the widget's domains. Without an Origin header it is not a page. */
function checkOrigin(call: OperationCall, widget: StoredWidget): void {
  const { engine, noteAssumption } = call;
  const origin = originOf(call);
  if (origin === undefined) return;
  const domains = engine.configuration.complete(widget)["domains"] as readonly string[];
  if (domains.length === 0) noteAssumption("A-VIS-6");
  const allowed =
    domains.length === 0
      ? allowsAnyDomain[engine.dialect.choices["A-VIS-6"]]
      : URL.canParse(origin) && domains.some((domain) => matchesDomain(new URL(origin).hostname, domain));
  if (!allowed) throw new Refusal("origin_not_allowed", { values: { origin } });
}

/**
 * The origin of the page. The demo site names the one that it stands for: it is believed of whoever may use the control
 * plane, so of no other page.
 */
function originOf({ engine, header, exchange }: OperationCall): string | undefined {
  const named = header("demo-origin");
  const isBelieved = named !== undefined && exchange && engine.hasConsole && accessOf(engine, exchange) === "admin";
  return isBelieved ? named : header("origin");
}

/** Compares a host with a domain of the list, which may begin with `*.` (A-VIS-5). Case does not matter. */
function matchesDomain(host: string, domain: string): boolean {
  const wanted = domain.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}
