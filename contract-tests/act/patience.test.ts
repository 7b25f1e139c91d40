import { expect, test, vi } from "vitest";
import { inTwoTries, patient } from "./patience.ts";

class Slow {
  readonly crawlsAnySite = true;
  readonly #pages = 7;
  loadWidget(): Promise<{ loads: boolean }> {
    return new Promise(() => undefined);
  }
  async remains() {
    return { pages: this.#pages, conversations: 0, domains: 0, tools: 0, usageRecords: 0 };
  }
}

test("an adapter that never answers throws after a minute, and answers that come are its own", async () => {
  vi.useFakeTimers();
  const adapter = patient(new Slow());
  const loaded = expect(adapter.loadWidget?.("wgt_1")).rejects.toThrow("no answer in 60 s");
  await vi.advanceTimersByTimeAsync(60_000);
  await loaded;
  expect([adapter.crawlsAnySite, adapter.visibleIndex]).toEqual([true, undefined]);
  await expect(adapter.remains?.("wgt_1")).resolves.toMatchObject({ pages: 7 });
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("what throws is tried once more, and what gives no answer is not", async () => {
  vi.useFakeTimers();
  let calls = 0;
  const failing = (times: number) => async () => {
    if (++calls <= times) throw new Error(`failed ${calls}`);
    return calls;
  };
  await expect(inTwoTries(failing(1))).resolves.toBe(2);
  calls = 0;
  await expect(inTwoTries(failing(2))).rejects.toThrow("failed 2");
  calls = 0;
  const adapter = patient({
    loadWidget: () => {
      calls++;
      return new Promise(() => undefined);
    },
  });
  const loaded = expect(inTwoTries(async () => adapter.loadWidget?.("wgt_1"))).rejects.toThrow("no answer in 60 s");
  await vi.advanceTimersByTimeAsync(60_000);
  await loaded;
  expect(calls).toBe(1);
  vi.useRealTimers();
});
