import { connect } from "node:net";
import { PerformanceObserver } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { type ListenOptions, listen } from "../http/listen.ts";
import type { MockOptions } from "../index.ts";
import { receiver as startReceiver } from "../world/webhooks/receiver.test-helper.ts";
import { readMetrics } from "./read-metrics.test-helper.ts";

const url = "http://127.0.0.1/metrics";

async function metricsOf({ fetch }: Pick<ReturnType<typeof checkedMock>, "fetch">) {
  return readMetrics(await (await fetch(url)).text());
}

describe("metrics", () => {
  test("are in the text format of Prometheus, each with its type and a help text", async () => {
    const mock = checkedMock();
    await clientOf(mock).create();
    const response = await mock.fetch(url);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const { families } = readMetrics(await response.text());
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([
        ...["widgets_mock_info", "widgets_mock_requests_total", "widgets_mock_request_duration_seconds"],
        ...["widgets_mock_worlds", "widgets_mock_widgets", "widgets_mock_crawls_total", "widgets_mock_due_lag_seconds"],
        ...["widgets_mock_webhook_attempts_total", "widgets_mock_webhook_deliveries_pending"],
        ...["process_cpu_seconds_total", "nodejs_eventloop_lag_seconds"],
      ]),
    );
  });

  test("count requests by operation and status, those before the first look included", async () => {
    const mock = checkedMock();
    const api = clientOf(mock);
    await api.create();
    await api.create();
    await mock.fetch("http://127.0.0.1/api/v1/widgets", { method: "POST" });
    await mock.fetch("http://127.0.0.1/nowhere");
    await mock.fetch("http://127.0.0.1/_mock/clock");
    const { value } = await metricsOf(mock);
    expect(value("widgets_mock_requests_total", { operation: "createWidget", status: "201" })).toBe(2);
    expect(value("widgets_mock_requests_total", { operation: "createWidget", status: "401" })).toBe(1);
    expect(value("widgets_mock_requests_total", { operation: "", status: "404" })).toBe(1);
    expect(value("widgets_mock_requests_total", { operation: "getClock", status: "200" })).toBe(1);
  });

  test("count a connection that a fault breaks as status 0", async () => {
    const mock = checkedMock({ faults: [{ operation: "listWidgets", connection: "reset" }] });
    await clientOf(mock)
      .get(widgets)
      .catch(() => undefined);
    const { value } = await metricsOf(mock);
    expect(value("widgets_mock_requests_total", { operation: "listWidgets", status: "0" })).toBe(1);
  });

  test("have durations in growing buckets, with an injected delay counted", async () => {
    const mock = checkedMock({ faults: [{ operation: "listWidgets", latencyMs: 120, calls: 1 }] });
    const api = clientOf(mock);
    await api.get(widgets);
    await api.get(widgets);
    const { value } = await metricsOf(mock);
    const name = "widgets_mock_request_duration_seconds";
    const operation = "listWidgets";
    expect(value(`${name}_count`, { operation })).toBe(2);
    expect(value(`${name}_bucket`, { operation, le: "+Inf" })).toBe(2);
    expect(value(`${name}_bucket`, { operation, le: "0.1" })).toBeLessThan(2);
    expect(value(`${name}_sum`, { operation })).toBeGreaterThan(0.1);
  });

  test("leave a request that was refused before it was carried out out of the durations", async () => {
    const mock = checkedMock();
    const listening = await listen(mock);
    const { port } = new URL(listening.url);
    expect(await text(connect(Number(port), "127.0.0.1").end("nonsense\r\n\r\n"))).toContain(" 400 ");
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const { value } = readMetrics(await response.text());
    await listening.close();
    expect(value("widgets_mock_requests_total", { operation: "", status: "400" })).toBe(1);
    expect(value("widgets_mock_request_duration_seconds_count", { operation: "" })).toBe(0);
  });

  test("collect the figures of the process once, however many mocks are asked", async () => {
    const observe = vi.spyOn(PerformanceObserver.prototype, "observe");
    for (let mocks = 0; mocks < 3; mocks++) await metricsOf(checkedMock());
    expect(observe.mock.calls.length).toBeLessThanOrEqual(1);
    observe.mockRestore();
  });

  test("tell of worlds, widgets, crawls and webhooks", async () => {
    const receiver = await startReceiver();
    const refusing = await startReceiver(() => ({ status: 500 }));
    const mock = checkedMock({
      clock: "manual",
      crawl: "2s",
      webhooks: [{ url: receiver.url }, { url: refusing.url }],
    });
    await clientOf(mock, "sk_test_one").create();
    await clientOf(mock, "sk_test_two").create();
    mock.clock.advance({ seconds: 2 });
    await mock.deliveries.settle({});
    const { value } = await metricsOf(mock);
    expect(value("widgets_mock_worlds", {})).toBe(2);
    expect(value("widgets_mock_widgets", {})).toBe(2);
    expect(value("widgets_mock_crawls_total", { outcome: "succeeded" })).toBe(2);
    expect(value("widgets_mock_webhook_attempts_total", { outcome: "delivered" })).toBe(2);
    expect(value("widgets_mock_webhook_attempts_total", { outcome: "failed" })).toBe(2);
    expect(value("widgets_mock_webhook_deliveries_pending", {})).toBe(2);
  });

  test("name no organization, key or widget", async () => {
    const mock = checkedMock();
    const { key } = mock.keys.create({ organization: "acme-and-sons" });
    const id = await clientOf(mock, key).create();
    const text = await (await mock.fetch(url)).text();
    for (const hidden of ["acme-and-sons", key, id]) expect(text).not.toContain(hidden);
  });
});

describe("access to metrics", () => {
  const token = "s3cret";
  const open = async (options: MockOptions, headers: Record<string, string> = {}, where: ListenOptions = {}) => {
    const listening = await listen(checkedMock(options), where);
    try {
      const { port } = new URL(listening.url);
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
      return [response.status, response.status === 200 ? "" : JSON.parse(await response.text()).code];
    } finally {
      await listening.close();
    }
  };

  test.each<[string, MockOptions, Record<string, string>, unknown[]]>([
    ["a program on this machine", {}, {}, [200, ""]],
    ["a caller without the token", { controlToken: token }, {}, [401, "control_token_needed"]],
    [
      "a caller with another token",
      { controlToken: token },
      { "control-token": "other" },
      [401, "control_token_wrong"],
    ],
    ["the token", { controlToken: token }, { "control-token": token }, [200, ""]],
    ["the token as a bearer's", { controlToken: token }, { authorization: `Bearer ${token}` }, [200, ""]],
    [
      "a key",
      { controlToken: token, apiKeys: { sk_test_a: "a" } },
      { authorization: "Bearer sk_test_a" },
      [403, "admin_needed"],
    ],
    ["a caller through a proxy", { trustProxy: true }, {}, [401, "control_token_needed"]],
    ["anyone, where they are open", { controlToken: token, trustProxy: true, openMetrics: true }, {}, [200, ""]],
    ["anyone, where the control plane is off", { control: false, openMetrics: true }, {}, [200, ""]],
    ["nobody, where the control plane is off", { control: false }, {}, [404, "not_found"]],
  ])("is as it should be for %s", async (_, options, headers, expected) => {
    expect(await open(options, headers)).toEqual(expected);
  });

  test("has the token open nothing else as a bearer's", async () => {
    const mock = checkedMock({ controlToken: token });
    const response = await mock.fetch("http://127.0.0.1/_mock/worlds", {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });
});
