import fc from "fast-check";
import { expect, test } from "vitest";
import { BytePool } from "./byte-pool.ts";

const utf8 = new TextEncoder();

test("what was taken from a pool stays as it is, whatever is taken after it", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.integer({ min: 0, max: 200 }));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), (steps) => {
      const pool = new BytePool(256);
      const taken = steps.map((step) => {
        if (typeof step === "string") return { bytes: pool.encode(step), expected: utf8.encode(step) };
        const bytes = pool.allocate(step);
        return { bytes: bytes.fill(7), expected: new Uint8Array(step).fill(7) };
      });
      for (const { bytes, expected } of taken) expect(Buffer.compare(bytes, expected)).toBe(0);
    }),
  );
});
