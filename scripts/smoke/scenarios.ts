import { scenarios } from "../../fixtures/generated/scenarios.ts";
import { withBin } from "./bin.ts";

/**
 * Starts the bin that is installed in a folder with the largest scenario, and resets it to each scenario.
 * @throws Error where a reset is rejected
 */
export function resetToEveryScenario(folder: string): Promise<void> {
  return withBin(folder, ["--scenario", "busy-organization"], async (baseUrl) => {
    const headers = { authorization: "Bearer sk_test_smoke" };
    const list = await fetch(`${baseUrl}/api/v1/widgets?limit=100`, { headers });
    const { has_more } = (await list.json()) as { has_more: boolean };
    if (!has_more) throw new Error("the busy organization has no second page.");
    for (const scenario of Object.keys(scenarios)) {
      const body = JSON.stringify({ scenario });
      const { status } = await fetch(`${baseUrl}/_mock/reset`, { method: "POST", headers, body });
      if (status !== 200) throw new Error(`a reset with ${scenario} answered ${status}.`);
    }
  });
}
