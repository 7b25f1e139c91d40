import { setShouldValidateFormat } from "@hyperjump/json-schema";
import { registerSchema, type SchemaObject, unregisterSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/formats";
import { afterEach } from "vitest";
import type { WidgetsDocument } from "../spec/document.ts";
import { createMock, type Mock, type MockOptions } from "./index.ts";

setShouldValidateFormat(true);

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/**
 * A mock whose every answer to the API is held against the document, as its dialect has it, by another validator than the
 * one the mock is made with. An answer at fault fails the test that got it.
 */
export function checkedMock(options: MockOptions = {}): Mock {
  const faults: unknown[] = [];
  const mock = createMock({ clock: "manual", observer: { failed: (error) => faults.push(error) }, ...options });
  const check = createAnswerCheck(mock.dialect.document);
  open.push(() => {
    mock.close();
    check.forget();
  });
  const fetch = async (request: Request) => {
    const response = await mock.fetch(request);
    if (faults.length > 0) throw faults[0];
    if (new URL(request.url).pathname.startsWith("/api/") && request.method !== "OPTIONS") {
      await check.answer(request, response);
    }
    return response;
  };
  return { ...mock, fetch, answer: fetch };
}

let documents = 0;

function createAnswerCheck(document: WidgetsDocument) {
  documents++;
  const uri = `https://widgets-mock.test/${documents}`;
  registerSchema(
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      ...structuredClone(document),
    } as unknown as SchemaObject,
    uri,
  );
  return {
    forget: () => unregisterSchema(uri),
    async answer(request: Request, response: Response): Promise<void> {
      const place = placeOf(document, request, response.status);
      const declared = at(document, place) as Declared;
      const fault = (what: string) =>
        new Error(`${request.method} ${request.url} answered ${response.status}: ${what}`);
      for (const [name, reference] of Object.entries(declared.headers ?? {})) {
        const header = at(document, reference.$ref) as { required?: boolean };
        if (header.required && !response.headers.has(name)) throw fault(`the header ${name} is missing.`);
      }
      const body = await response.clone().text();
      const [mediaType] = Object.keys(declared.content ?? {});
      if (mediaType === undefined) {
        if (body !== "") throw fault(`a body where the document has none: ${body}`);
        if (response.headers.has("content-type")) throw fault("a media type where there is no body.");
        return;
      }
      if (response.headers.get("content-type") !== mediaType) throw fault(`not ${mediaType}.`);
      const schema = `${uri}${place}/content/${mediaType.replace("/", "~1")}/schema`;
      const output = await validate(schema, JSON.parse(body), "BASIC");
      if (!output.valid) throw fault(`the body does not fit: ${JSON.stringify(output.errors)}\n${body}`);
    },
  };
}

interface Declared {
  readonly headers?: { readonly [name: string]: { readonly $ref: string } };
  readonly content?: { readonly [mediaType: string]: unknown };
}

/** Where the document says what this answer must be, as a fragment. */
function placeOf(document: WidgetsDocument, request: Request, status: number): string {
  const { pathname } = new URL(request.url);
  const template = Object.keys(document.paths).find((path) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  const operation = template && document.paths[template]?.[request.method.toLowerCase() as "get"];
  const responses = operation ? operation.responses : (document as unknown as Unrouted)["x-unrouted"];
  const response = responses[status] as { $ref: string } | undefined;
  if (!response) throw new Error(`${request.method} ${pathname} answered ${status}, which the document does not have.`);
  return response.$ref;
}

interface Unrouted {
  readonly "x-unrouted": { readonly [status: string]: unknown };
}

function at(document: WidgetsDocument, fragment: string): unknown {
  return fragment
    .slice(2)
    .split("/")
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], document);
}
