import { describe, expect, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { receiver as startReceiver } from "../world/webhooks/receiver.test-helper.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

describe("traceparent", () => {
  test("is in the answer, the journal, the trace, and the webhooks that the request causes", async () => {
    const receiver = await startReceiver();
    const mock = checkedMock({ clock: "manual", crawl: "2s", webhooks: [{ url: receiver.url }] });
    const api = clientOf(mock);
    const answer = await api.post(widgets, { name: "A", site_url: "https://a.example" }, { traceparent });
    expect(answer.headers.get("traceparent")).toBe(traceparent);
    const [entry] = mock.journal.list().requests;
    expect(entry).toMatchObject({ traceparent });
    mock.clock.advance({ seconds: 2 });
    await mock.deliveries.settle({});
    expect(receiver.received[0]?.headers["traceparent"]).toBe(traceparent);
    expect(mock.journal.trace({ request_id: entry?.request_id ?? "" })).toMatchObject({ request: { traceparent } });
  });

  test("is kept with a rejected request, and by a snapshot", async () => {
    const mock = checkedMock();
    const answer = await clientOf(mock).post(widgets, {}, { traceparent });
    expect([answer.status, answer.headers.get("traceparent")]).toEqual([400, traceparent]);
    const other = checkedMock();
    other.snapshot.restore(mock.snapshot.export());
    expect(other.journal.list().requests).toMatchObject([{ status: 400, traceparent }]);
  });

  test("is not made up", async () => {
    const receiver = await startReceiver();
    const mock = checkedMock({ clock: "manual", crawl: "immediate", webhooks: [{ url: receiver.url }] });
    const answer = await clientOf(mock).post(widgets, { name: "A", site_url: "https://a.example" });
    expect(answer.headers.has("traceparent")).toBe(false);
    mock.clock.advance({ seconds: 1 });
    await mock.deliveries.settle({});
    expect(receiver.received[0]?.headers).not.toHaveProperty("traceparent");
  });

  test.each([
    ["a version that there never will be", `ff-${traceId}-00f067aa0ba902b7-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["a parent id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["capitals", traceparent.toUpperCase()],
    ["something behind version 00", `${traceparent}-more`],
    ["something short", traceparent.slice(0, -1)],
    ["two of them", `${traceparent}, ${traceparent}`],
    ["a text", "hello"],
    ["far too much of a later version", `01${traceparent.slice(2)}-${"a".repeat(2000)}`],
  ])("is ignored where it is %s", async (_, given) => {
    const mock = checkedMock();
    const answer = await clientOf(mock).post(
      widgets,
      { name: "A", site_url: "https://a.example" },
      { traceparent: given },
    );
    expect([answer.status, answer.headers.has("traceparent")]).toEqual([201, false]);
    expect(mock.journal.list().requests[0]).not.toHaveProperty("traceparent");
  });

  test("of a later version is taken with what stands behind it", async () => {
    const later = `01${traceparent.slice(2)}-what.comes`;
    const answer = await clientOf(checkedMock()).call("GET", widgets, undefined, { traceparent: later });
    expect(answer.headers.get("traceparent")).toBe(later);
  });
});
