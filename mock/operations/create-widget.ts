import type { Cell } from "../../spec/document.ts";
import type { Answer } from "../http/answer.ts";
import { rejectBody } from "../request/validate-body.ts";
import { siteHostOf } from "../world/crawl-plan.ts";
import type { OperationCall } from "./operation-call.ts";

/** Maximum length of a host name (RFC 1035, section 3.1). */
const maxHostLength = 253;

/** Creates a widget: a draft whose site is being crawled (CREATE-1 to CREATE-6). */
export function createWidget(call: OperationCall): Answer {
  const { engine, world, operation, body, noteAssumption } = call;
  const cell = engine.dialect.document["x-lifecycle"].operations[operation.id]?.["new"] as Cell;
  const siteUrl = String(body["site_url"]);
  // The schema checks the form of a URL; an invalid port or host is only found by parsing.
  const siteHost = siteHostOf(siteUrl);
  if (siteHost === undefined || siteHost.length > maxHostLength) {
    rejectBody([{ pointer: "#/site_url", code: "format", detail: "must be a URL with a host" }], ["A-VAL-4"]);
  }
  // What a scenario creates is not the organization's doing.
  if (call.exchange) engine.quotas.requireRoom(world.organization, "widgets", world.widgets.size);
  noteAssumption(cell.rule);
  noteAssumption("A-CREATE-3");
  const configuration = engine.configuration.writable(body);
  if (Object.keys(configuration).length > 1) noteAssumption("A-CREATE-2");
  for (const rule of engine.configuration.rulesForIgnored(body, "site_url")) noteAssumption(rule);
  const widget = world.life.create(configuration, { siteUrl, siteHost }, { to: cell.to, cause: call.requestId });
  engine.worlds.coverage.countState(world, widget.state);
  return {
    status: cell.status ?? operation.success,
    body: engine.widgetJson.textOf(widget),
    headers: { Location: `${operation.path}/${widget.id}` },
  };
}
