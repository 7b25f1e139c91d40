import { expect, test, vi } from "vitest";
import { patient } from "./patience.ts";

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
