import { expect, test } from "vitest";
import { type DescribedOperation, operationsOf } from "../spec/operations.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { clientOf } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { document as controlDocument } from "./control-plane/document.ts";

const texts = {
  "half of a surrogate pair": "\ud800",
  "the other half": "x\udc00/~",
  controls: "\u0000\u0007\u001b[31m\r\nSet-Cookie: a=b\u007f\u0085\u2028",
  "pointer and percent": "~1/%zz%00..",
  "most of a megabyte": "é".repeat(400_000),
};

const operations = [...operationsOf(publishedDocument), ...operationsOf(controlDocument)].filter(
  ({ body, id }) => body !== undefined && !id.startsWith("on"),
);

/** Bodies with a text as the name of a member, and as the value of each member of the example. */
function bodiesWith(text: string, { example = {} }: DescribedOperation): object[] {
  const members = Object.keys(example as object);
  return [{ ...(example as object), [text]: 1 }, ...members.map((name) => ({ ...(example as object), [name]: text }))];
}

test.each(
  operations.flatMap((operation) =>
    Object.entries(texts).map(([what, text]) => ({ id: operation.id, what, text, operation })),
  ),
)("$id with $what in its body is answered, briefly and well-formed", async ({ text, operation }) => {
  const errors: unknown[] = [];
  const mock = checkedMock({ observer: { onError: (error) => errors.push(error) } });
  const api = clientOf(mock);
  const id = await api.createActive();
  const path = operation.path.replace("{id}", id).replaceAll(/\{\w+\}/g, "x");
  for (const body of bodiesWith(text, operation)) {
    const { status, body: answer } = await api.call(operation.method, path, body);
    expect(status).toBeLessThan(500);
    if (status < 400) continue;
    const written = JSON.stringify(answer);
    expect(written).not.toMatch(/(?<!\\)\\ud[89a-f]/);
    expect(written.length).toBeLessThan(10_000);
  }
  expect(errors).toEqual([]);
});

test.each(
  Object.entries(texts),
)("%s in the query, or in the input of a control in code, is answered", async (_, text) => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const query = encodeURIComponent(text.slice(0, 5000).replaceAll(/\p{Surrogate}/gu, "\ufffd"));
  for (const path of [`?limit=${query}`, `?cursor=${query}`, `?${query}=1`, `/${query}`]) {
    expect((await api.get(`/api/v1/widgets${path}`)).status).toBeLessThan(500);
  }
  expect(() => mock.sites.change({ site_url: text })).toThrow(/site_url/);
  expect(() => mock.reset({ scenario: text })).toThrow(/unknown scenario/);
  expect(() => mock.journal.list({ [text]: 1 } as object)).toThrow(/unknown property/);
});
