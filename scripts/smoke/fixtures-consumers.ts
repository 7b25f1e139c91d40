import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";
import { typeCheck } from "./consumers.ts";

const plainConsumer = `import { createMock } from "widgets-mock";
import { aWebhook, aWidget, manifest, requests, scenarios, widgets } from "widgets-mock/fixtures";
import { createRequire } from "node:module";

const paused = createRequire(import.meta.url)("widgets-mock/fixtures/widgets/widget.paused.json");
if (paused.status !== "paused" || widgets.paused.id !== paused.id) throw new Error("The file and the import differ.");
if (aWidget({ status: "paused" }).status !== "paused" || !Object.isFrozen(widgets.paused)) throw new Error("No builder.");
if (manifest.fixtures.length < 300 || aWebhook().headers["webhook-signature"] === undefined) throw new Error("Too little.");
const mock = createMock({ scenarios, scenario: "one-of-each" });
const headers = { authorization: "Bearer sk_test_a", "content-type": "application/json" };
const list = await (await mock.fetch(new Request("http://mock.test/api/v1/widgets", { headers }))).json();
if (list.data.length !== 4) throw new Error("The scenario has another number of widgets.");
for (const { body, expected } of Object.values(requests.invalidCreate)) {
  const request = new Request("http://mock.test/api/v1/widgets", { method: "POST", headers, body: JSON.stringify(body) });
  if ((await mock.fetch(request)).status !== expected.status) throw new Error("A request is refused otherwise.");
}
mock.close();
`;

const typedConsumer = `import * as fc from "fast-check";
import { createMock } from "widgets-mock";
import { aWidget, type Frozen, requests, scenarios, type Widget, webhooks, widgets } from "widgets-mock/fixtures";
import { anyCreateRequest, anyWidget } from "widgets-mock/fixtures/arbitraries";
import paused from "widgets-mock/fixtures/widgets/widget.paused.json" with { type: "json" };

export const frozen: Frozen<Widget> = widgets["crawl-failed"];
export const own: Widget = aWidget({ status: "paused", theme: { radius: 0 } });
export const shown: string = paused.status + webhooks.ready.event.data.id + requests.invalidCreate["no-name"].expected.code;
export const mock = createMock({ scenarios, scenario: "busy-organization" });
const both: fc.Arbitrary<[Widget, string]> = fc.tuple(anyWidget(), anyCreateRequest().map(({ name }) => name));
fc.assert(fc.property(both, ([widget, name]) => widget.id.startsWith("wgt_") && name.length > 0));
mock.close();
`;

/** Runs a file that uses the fixtures, where nothing else is installed. */
export function runFixturesConsumer(folder: string): void {
  writeFileSync(join(folder, "fixtures-consumer.mjs"), plainConsumer);
  command(folder, process.execPath, "fixtures-consumer.mjs");
}

/** Type-checks a file that uses the fixtures and the arbitraries, where fast-check is installed, and runs it. */
export function typeCheckFixturesConsumer(root: string, folder: string): void {
  const file = "typed-fixtures-consumer.ts";
  typeCheck(root, folder, file, typedConsumer, { skipLibCheck: false, resolveJsonModule: true, types: [] });
  command(folder, process.execPath, join(root, "node_modules/tsx/dist/cli.mjs"), file);
}
