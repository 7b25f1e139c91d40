import { expect, test } from "vitest";
import { withDefaultBounds } from "../bounds.ts";
import { Changes } from "../store/changes.ts";
import { StoredBytes, WorldBytes } from "./stored-bytes.ts";
import { Usage } from "./usage.ts";

const many = 50_000;
const record = (widget: string) => ({ at: "2026-01-01T00:00:00Z", kind: "crawl", widget, quantity: 1 }) as const;

function setUp(max: number) {
  const bytes = new WorldBytes(new StoredBytes(withDefaultBounds({})));
  return { bytes, usage: new Usage(max, bytes, new Changes()) };
}

// Were each to take the longer the more records there are, this would take a minute.
test("a copy that forgets the oldest of many records, one after the other, comes to its end", () => {
  const [{ usage }, { usage: copy, bytes }] = [setUp(many), setUp(many)];
  for (let number = 0; number < 2 * many; number++) {
    usage.keep(record(`w${number}`));
    copy.put(number, record(`w${number}`));
    if (number >= many) copy.drop(number - many);
  }
  expect(copy.records()).toEqual(usage.records());
  expect(copy.numbers()).toEqual(usage.numbers());
  for (const number of copy.numbers()) copy.drop(number);
  expect(bytes.bytes).toBe(0);
});

test("the oldest record is found behind those that are gone with their widget", () => {
  const { usage } = setUp(3);
  for (const widget of ["w1", "w1", "w2"]) usage.keep(record(widget));
  usage.removeByWidget("w1");
  for (const widget of ["w3", "w4", "w5"]) usage.keep(record(widget));
  expect(usage.records().map(({ widget }) => widget)).toEqual(["w3", "w4", "w5"]);
  expect(usage.numbers()).toEqual([3, 4, 5]);
});

test("a record that is put again in its place is counted once", () => {
  const { usage, bytes } = setUp(3);
  for (const quantity of [1, 2]) usage.put(7, { ...record("w1"), quantity });
  expect(usage.records().map(({ quantity }) => quantity)).toEqual([2]);
  usage.drop(7);
  expect(bytes.bytes).toBe(0);
});
