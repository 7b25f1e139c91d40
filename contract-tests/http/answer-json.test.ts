import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { jsonWithin } from "./answer-json.ts";

const list = (items: number, item: string) => `{"data":[${Array(items).fill(item).join(",")}],"next":"a\\"[,"}`;

test("an array of too many items is cut, and what stands around it is kept", () => {
  const { body, cutItems } = jsonWithin(list(100_001, '{"id":"a, \\\\","tags":[1,2]}'));
  expect(cutItems).toBe(100_001);
  expect(body).toMatchObject({ next: 'a"[,' });
  const { data } = body as { readonly data: readonly unknown[] };
  expect(data).toEqual(Array(1000).fill({ id: "a, \\", tags: [1, 2] }));
  expect(jsonWithin(list(100_000, "1")).cutItems).toBeUndefined();
});

test("arrays in arrays are cut once", () => {
  const inner = `[${Array(100_001).fill(0).join(",")}]`;
  expect(jsonWithin(`[${inner},${inner}]`)).toEqual({
    body: [Array(1000).fill(0), Array(1000).fill(0)],
    cutItems: 100_001,
  });
  const outer = jsonWithin(`[${Array(100_002).fill(1).join(",")},${inner}]`);
  expect(outer).toEqual({ body: Array(1000).fill(1), cutItems: 100_003 });
});

test.each([
  ["is nested too deeply", "[".repeat(300) + "]".repeat(300), "its JSON is nested deeper than 200 levels"],
  ["has too many values", `{${'"a":1,'.repeat(2_000_001)}"b":1}`, "its JSON has more than 2,000,000 values"],
  ["does not end", "[{},".repeat(3_000_000), undefined],
])("what %s is not parsed", (_, text, defect) => {
  const parse = vi.spyOn(JSON, "parse");
  expect(jsonWithin(text)).toEqual(defect === undefined ? {} : { defect });
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
});

test("whatever is within the limits is what JSON.parse makes of it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(jsonWithin(text)).toEqual({ body: JSON.parse(text) });
    }),
    { seed: Number(process.env["PROPERTY_SEED"] ?? 1) },
  );
  expect(jsonWithin("<h1>Hello</h1>")).toEqual({});
});
