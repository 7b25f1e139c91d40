import { makeClient } from "../../examples/integration/client.ts";
import { lifeOfAWidget } from "../../examples/integration/life-of-a-widget.ts";
import { withBin } from "./bin.ts";

/**
 * Starts the bin that is installed in a folder, with a manual clock, and takes a widget through all that is documented, as
 * the example of an integration does.
 * @throws Error where a step fails
 */
export function driveLifeOfAWidget(folder: string): Promise<void> {
  return withBin(folder, ["--clock", "manual"], async (baseUrl) => {
    const client = makeClient({ baseUrl, apiKey: "sk_test_smoke" });
    const sleep = async (milliseconds: number) => {
      const body = JSON.stringify({ seconds: milliseconds / 1000 });
      await fetch(`${baseUrl}/_mock/clock/advance`, { method: "POST", body });
    };
    const { ended: first } = await lifeOfAWidget({ client, sleep, log: () => undefined });
    if (first !== "active") throw new Error(`the first crawl ended ${first}.`);
  });
}
