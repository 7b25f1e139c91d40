import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reasonToSkip } from "../../examples/browser/browser.ts";
import { widgetScript } from "../../mock/embed/generated/widget-script.ts";
import { createMock } from "../../mock/index.ts";
import { ownWidget, useBrowser } from "./embedding.test-helper.ts";
import { contrast, themeRules } from "./theme.ts";

const { newPage } = useBrowser();

test("the script has at most 12 KB when it is compressed", () => {
  expect(gzipSync(widgetScript).length).toBeLessThanOrEqual(12 * 1024);
});

test("every main color gets a text on it, and an accent beside it, that can be read", () => {
  const colors = fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 255 })));
  fc.assert(
    fc.property(colors, (color) => {
      const primary = `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      const [main, onMain, onLight, onDark] = [...themeRules({ primary }).matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map(
        ([, ...parts]) => parts.map(Number) as unknown as [number, number, number],
      );
      if (!main || !onMain || !onLight || !onDark) throw new Error(themeRules({ primary }));
      expect(main).toEqual(color);
      expect(contrast(main, onMain)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(onLight, [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
      expect(contrast(onDark, [22, 24, 29])).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("the script is served to any page, and its log line names what it assumes", async () => {
  const mock = createMock();
  const response = await mock.fetch("http://mock.test/widget.js", { headers: { origin: "https://bakery.example" } });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  expect(await response.text()).toBe(widgetScript);
  expect(response.headers.get("widgets-mock")).toContain('assumed="A-EMBED-1 A-EMBED-2');
  expect(mock.journal.list().requests).toMatchObject([{ path: "/widget.js", status: 200 }]);
});

test.each([
  ["HEAD", 200],
  ["OPTIONS", 204],
  ["POST", 405],
])("%s of the script gets a %i", async (method, status) => {
  const response = await createMock().fetch("http://mock.test/widget.js", { method });
  expect([response.status, await response.text()]).toEqual([status, status === 405 ? expect.any(String) : ""]);
});

test("a mock without our extensions has no script", async () => {
  const response = await createMock({ dialect: "documented-only" }).fetch("http://mock.test/widget.js");
  expect([response.status, (await response.json()).code]).toEqual([404, "not_found"]);
});

test.skipIf(reasonToSkip !== undefined)("a visitor talks to the widget on its site, until it is paused", async () => {
  const { world, id, call, embedIn } = await ownWidget();
  const widget = await embedIn(await newPage());

  await widget.getByRole("button", { name: "Talk to us" }).click();
  await widget.getByRole("button", { name: "What does Northwind Catering offer?" }).click();
  await widget.getByText(/^Assistant: \[idx_1\] You are the assistant of Northwind Catering/).waitFor();

  await call("POST", "/pause");
  await widget.getByRole("textbox", { name: "Message" }).fill("And on Sundays?");
  await widget.getByRole("button", { name: "Send" }).click();
  await widget
    .getByText(/^Assistant:/)
    .nth(1)
    .waitFor();

  await widget.getByRole("button", { name: "New conversation" }).click();
  await widget.getByText("Not available right now").waitFor();
  await widget.getByRole("button", { name: "How can I reach Northwind Catering?" }).click();
  await widget.getByText("409 · widget_paused").waitFor();
  expect((await world.widgets.inspect({ id })).conversations).toHaveLength(1);
});
