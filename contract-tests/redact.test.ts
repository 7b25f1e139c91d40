import fc from "fast-check";
import { expect, test } from "vitest";
import { redactorFor } from "./redact.ts";

const seed = Number(process.env["PROPERTY_SEED"] ?? 1);
const secret = "sk_test_a/b+c~é42";
const targetWith = (credential: Record<string, string>) => ({ baseUrl: "http://mock.test", credential });
const redact = redactorFor(targetWith({ authorization: `Bearer ${secret}` }));

test.each([
  ["as it is", secret],
  ["in capitals", secret.toUpperCase()],
  ["percent-encoded", encodeURIComponent(secret)],
  ["percent-encoded with every byte", Buffer.from(secret).toString("hex").replaceAll(/../g, "%$&")],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64url", Buffer.from(secret).toString("base64url")],
])("a secret is replaced %s, in texts, names and arrays", (_, form) => {
  const body = redact({ [`x ${form}`]: [`Bearer ${form}.`, { n: 1, isIt: true, nothing: null }] });
  expect(JSON.stringify(body)).not.toContain(form.replaceAll("=", ""));
  expect(JSON.stringify(body)).toContain("[redacted]");
  expect(JSON.stringify(body)).toContain('{"n":1,"isIt":true,"nothing":null}');
});

test("a secret inside a longer text in base64 is replaced, whatever stands around it", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const echoed = redact(Buffer.from(before + secret + after).toString("base64"));
      expect(Buffer.from(echoed.replace("[redacted]", ""), "base64").toString()).not.toContain(secret.slice(2, -2));
      expect(echoed).toContain("[redacted]");
    }),
    { seed },
  );
});

test("secrets are those of both credentials, of Basic, of a proxy and of the receiver, and a key that was cut short", () => {
  const basic = Buffer.from("ada:correct horse").toString("base64");
  const all = redactorFor(
    {
      ...targetWith({ authorization: `Basic ${basic}`, "x-key": "plain-key-of-some-length" }),
      secondCredential: { authorization: "Bearer sk_test_second" },
      connection: { proxy: "http://me:pass%20word@proxy.example" },
    },
    ["whsec_abc"],
  );
  const echoed = [basic, "correct horse", "plain-key-of-some-len", "sk_test_second", "pass word", "whsec_abc"];
  expect(all(echoed)).toEqual(echoed.map(() => "[redacted]"));
});

test("a secret that is too short to be told from other texts changes nothing", () => {
  expect(redactorFor(targetWith({ "x-key": "k" }))({ kind: "knock" })).toEqual({ kind: "knock" });
});
