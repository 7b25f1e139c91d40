import { expect, test } from "vitest";
import { toldWidgets } from "./told-widgets.ts";

test("an event shows its widget wherever that is, and what was before is no part of it", () => {
  const statusesIn = (body: Parameters<typeof toldWidgets>[0]) =>
    toldWidgets(body, "wgt_1").map(({ status }) => status);
  expect(statusesIn({ type: "widget.ready", data: { id: "wgt_1", status: "active" } })).toEqual(["active"]);
  expect(statusesIn({ event: "widget.ready", widget_id: "wgt_1", status: "draft" })).toEqual(["draft"]);
  expect(statusesIn({ Message: JSON.stringify({ data: { id: "wgt_1", status: "draft" } }) })).toEqual(["draft"]);
  expect(statusesIn({ events: [{ data: { id: "wgt_2", status: "draft" } }] })).toEqual([]);
  const past = { previous: { id: "wgt_1", status: "draft" }, old_widget: { id: "wgt_1", status: "draft" } };
  expect(statusesIn({ ...past, data: { id: "wgt_1", status: "active" } })).toEqual(["active"]);
  expect(statusesIn("{wgt_1")).toEqual([]);
});
