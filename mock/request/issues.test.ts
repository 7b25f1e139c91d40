import { expect, test } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";

const valid = { name: "Northwind Catering", site_url: site };

test.each<[object, pointer: string, detail: string, summary: string]>([
  [
    { personna: "Warm." },
    "#/personna",
    'unknown property "personna", did you mean "persona"?',
    'Invalid body: unknown property "personna", did you mean "persona"?',
  ],
  [{ zzzzzz: 1 }, "#/zzzzzz", 'unknown property "zzzzzz"', 'Invalid body: unknown property "zzzzzz".'],
  [
    { theme: { radiuss: 1 } },
    "#/theme/radiuss",
    'unknown property "radiuss", did you mean "radius"?',
    'Invalid body: #/theme has an unknown property "radiuss", did you mean "radius"?',
  ],
  [{ name: 5 }, "#/name", "must be a string", "Invalid body: #/name must be a string."],
  [{ name: "" }, "#/name", "must have at least 1 character", "Invalid body: #/name must have at least 1 character."],
  [
    { theme: { radius: 1000 } },
    "#/theme/radius",
    "must be at most 64",
    "Invalid body: #/theme/radius must be at most 64.",
  ],
  [{ name: undefined }, "#/name", "is required", "Invalid body: #/name is required."],
])("the body with %j is rejected in plain words", async (change, pointer, detail, summary) => {
  const { status, body } = await clientOf(checkedMock()).post(widgets, { ...valid, ...change });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ pointer, detail }]);
  expect(body.detail).toBe(summary);
});

test("several issues read as one text, and no full stop is doubled", async () => {
  const { body } = await clientOf(checkedMock()).post(widgets, { nam: "N", site_ur: site, theme: { radius: -1 } });
  expect(body.detail).toMatch(/^Invalid body: .*\.$/);
  expect(body.detail).not.toMatch(/\?[.;]|\.\./);
  expect(body.detail).toMatch(/; and 2 more\.$/);
});

test("a parameter that is rejected is named", async () => {
  const api = clientOf(checkedMock());
  expect((await api.get(`${widgets}?limit=0`)).body.detail).toBe("Invalid request: limit must be at least 1.");
  expect((await api.get(`${widgets}?limit=1&limit=2`)).body.errors).toMatchObject([
    { parameter: "limit", detail: "must be given only once" },
  ]);
});
