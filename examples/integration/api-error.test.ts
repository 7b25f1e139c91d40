import { expect, it } from "vitest";
import { ApiError } from "./api-error.ts";
import { makeClient } from "./client.ts";
import { readWidget } from "./read-widget.ts";

it.each([
  {
    form: "a problem document",
    body: JSON.stringify({ title: "Not Found", status: 404, detail: "No such widget.", code: "not_found" }),
    says: "Reading the widget wgt_1 failed with 404: not_found: No such widget.",
    code: "not_found",
  },
  {
    form: "a problem document with its title alone",
    body: JSON.stringify({ title: "Not Found" }),
    says: "Reading the widget wgt_1 failed with 404: Not Found",
  },
  {
    form: "an envelope",
    body: JSON.stringify({ error: { code: "missing", message: "No such widget." } }),
    says: "Reading the widget wgt_1 failed with 404: missing: No such widget.",
    code: "missing",
  },
  {
    form: "any other JSON",
    body: JSON.stringify({ oops: true }),
    says: 'Reading the widget wgt_1 failed with 404: {"oops":true}',
  },
  {
    form: "a page of a proxy",
    body: `<html>${"x".repeat(1_000)}`,
    says: `Reading the widget wgt_1 failed with 404: <html>${"x".repeat(194)}`,
  },
  { form: "nothing", body: null, says: "Reading the widget wgt_1 failed with 404" },
])("makes a readable error from $form", async ({ body, says, code }) => {
  const fetch = async () => new Response(body, { status: 404 });
  const client = makeClient({ baseUrl: "http://mock.test", apiKey: "sk_test_example", fetch });
  const error = await readWidget(client, "wgt_1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ message: says, status: 404, code });
});
