import { setTimeout as sleep } from "node:timers/promises";
import { makeClient } from "./client.ts";
import { lifeOfAWidget } from "./life-of-a-widget.ts";

const [baseUrl, apiKey, siteUrl] = process.argv.slice(2);

if (baseUrl === undefined || apiKey === undefined) {
  console.error("Usage: npx tsx examples/integration/main.ts <base url> <key> [<site url>]");
  process.exitCode = 2;
} else {
  try {
    const client = makeClient({ baseUrl, apiKey });
    const firstCrawl = await lifeOfAWidget({ client, sleep, log: console.log }, siteUrl);
    if (firstCrawl.ended !== "active") process.exitCode = 1;
  } catch (error) {
    console.error(messageWithCauses(error));
    process.exitCode = 1;
  }
}

/** The message with those of its causes: for a failed connection, `fetch` gives the reason in the cause only. */
function messageWithCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageWithCauses(error.cause)}`;
}
