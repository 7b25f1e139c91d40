import { expect, test } from "vitest";
import { wrongCallers } from "./history/exchange.ts";
import { wrongCredentialOf } from "./wrong-credential.ts";

function credentialsFrom(header: string, value: string) {
  return wrongCallers.map((caller) => Object.entries(wrongCredentialOf({ [header]: value }, caller) ?? {}).flat());
}

test("a wrong credential is made from the right one: another key, and the same cut short and extended", () => {
  expect(credentialsFrom("authorization", "Bearer sk_test_0123456789")).toEqual([
    ["authorization", "Bearer nobody-has-this-key"],
    ["authorization", "Bearer sk_test_012345"],
    ["authorization", "Bearer sk_test_01234567890000"],
    ["authorization", expect.stringMatching(/^Basic /)],
  ]);
  expect(credentialsFrom("x-api-key", "0123456789")).toContainEqual(["x-api-key", "012345"]);
});

test("of Basic credentials the password is wrong, or the user where there is none", () => {
  const texts = (value: string) =>
    credentialsFrom("authorization", `Basic ${btoa(value)}`)
      .slice(0, 3)
      .map(([, sent = ""]) => atob(sent.split(" ")[1] ?? ""));
  expect(texts("user:password-of-mine")[1]).toBe("user:password-of-");
  expect(texts("key-of-mine:")[2]).toBe("key-of-mine0000:");
});

test("nothing is known to be wrong of what has another form, such as cookies", () => {
  expect(credentialsFrom("cookie", "session=0123456789; theme=dark").flat()).toEqual([]);
});
