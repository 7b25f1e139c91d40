import { expect, test } from "vitest";
import { wrongCallers } from "./history/exchange.ts";
import { wrongCallersFor, wrongCredentialOf } from "./wrong-credential.ts";

function credentialsFrom(header: string, value: string) {
  return wrongCallers.map((caller) => Object.entries(wrongCredentialOf({ [header]: value }, caller) ?? {}).flat());
}

test("a wrong credential is made from the right one: another key, and the same cut short, extended and in the other case", () => {
  expect(credentialsFrom("authorization", "Bearer sk_test_0123456Abc")).toEqual([
    ["authorization", "Bearer nobody-has-this-key"],
    ["authorization", "Bearer sk_test_012345"],
    ["authorization", "Bearer sk_test_0123456Abc0000"],
    ["authorization", "Bearer sk_test_0123456aBC"],
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

test.each([
  "sk_test_0123456789",
  "0f8fad5b-d9cb-469f-a165-70867728950e",
  "SK_LIVE_MFRGGZDFMZTWQ2LK",
])("a key whose letters are all in one case may be read in either: %s", (key) => {
  const callers = wrongCallersFor({ "x-api-key": key });
  expect(callers).not.toContain("other-case");
  expect(callers).toContain("cut-short");
});

test("nothing is known to be wrong of what has another form, such as cookies", () => {
  expect(credentialsFrom("cookie", "session=0123456789; theme=dark").flat()).toEqual([]);
});
