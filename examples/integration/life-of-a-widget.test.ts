import { describe, expect, it } from "vitest";
import { everyWidget } from "./every-widget.ts";
import { lifeOfAWidget } from "./life-of-a-widget.ts";
import { createWidgets, dialects, manualWorld } from "./manual-world.test-helper.ts";

const minuteMs = 60_000;

describe.each(dialects)("a widget's life in the dialect %s", (dialect) => {
  it("goes from create to delete, and leaves other widgets alone", async () => {
    const { client, sleep } = manualWorld(dialect);
    const others = await createWidgets(client, 45);
    const lines: string[] = [];

    const firstCrawl = await lifeOfAWidget({ client, sleep, log: (line) => lines.push(line) });

    expect(firstCrawl).toEqual({ ended: "active" });
    expect(lines).toEqual([
      expect.stringMatching(/^created wgt_\w+, draft$/),
      "active: the first crawl has finished",
      expect.stringContaining('"primary":"#0a6e5c"'),
      "paused: the status is paused",
      "resumed: active again",
      "listed among 46",
      dialect === "documented-only" ? "recrawl: unknown" : "recrawl: succeeded",
      "deleted",
    ]);
    expect(await idsOf(client)).toEqual([...others].sort());
  });

  it("gives up on a site whose first crawl fails", async () => {
    const { client, sleep, sleptMs } = manualWorld(dialect);

    const { ended } = await lifeOfAWidget({ client, sleep, log: () => {} }, "https://shop.fail.test");

    if (dialect === "documented-only") expect(ended).toBe("deadline");
    else {
      expect(ended).toBe("failed");
      expect(sleptMs()).toBeLessThan(2 * minuteMs);
    }
    expect(await idsOf(client)).toEqual([]);
  });

  it("waits for a site whose first crawl is slow", async () => {
    const { client, sleep, sleptMs } = manualWorld(dialect);

    const firstCrawl = await lifeOfAWidget({ client, sleep, log: () => {} }, "https://shop.slow.test");

    expect(firstCrawl).toEqual({ ended: "active" });
    expect(sleptMs()).toBeGreaterThan(5 * minuteMs);
  });

  it("gives up on a site whose first crawl never ends", async () => {
    const { client, sleep, sleptMs } = manualWorld(dialect);

    const firstCrawl = await lifeOfAWidget({ client, sleep, log: () => {} }, "https://shop.hang.test");

    expect(firstCrawl).toEqual({ ended: "deadline", reason: "the status is still draft after 10 minutes" });
    expect(sleptMs()).toBeLessThan(11 * minuteMs);
    expect(await idsOf(client)).toEqual([]);
  });
});

describe("a recrawl", () => {
  it("may fail without harm to the widget", async () => {
    const { client, sleep } = manualWorld("default");
    const lines: string[] = [];
    await lifeOfAWidget({ client, sleep, log: (line) => lines.push(line) }, "https://shop.recrawl-fail.test");
    expect(lines).toContain("recrawl: failed");
  });
});

async function idsOf(client: Parameters<typeof everyWidget>[0]): Promise<readonly string[]> {
  return (await everyWidget(client)).map(({ id }) => id).sort();
}
