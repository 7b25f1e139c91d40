import fc from "fast-check";
import { expect, test } from "vitest";
import { siteHostOf } from "./crawl-plan.ts";

const label = fc.stringMatching(/^(?:[a-z0-9-]{1,4}|xn--[a-z0-9-]{0,6}|0x[0-9a-f]{0,3}|\d{1,3})$/);
const url = fc
  .tuple(
    fc.constantFrom("http://", "https://"),
    fc.array(label, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", ".", "/", ":80", "/a"),
  )
  .map(([scheme, labels, end]) => `${scheme}${labels.join(".")}${end}`);

test("the host of a site is that which a browser finds, whether it is plain or not", () => {
  fc.assert(
    fc.property(fc.oneof(url, fc.webUrl()), (siteUrl) => {
      const parsed = URL.canParse(siteUrl) ? new URL(siteUrl).hostname : undefined;
      expect(siteHostOf(siteUrl)).toBe(parsed);
    }),
    { numRuns: 2000 },
  );
});
