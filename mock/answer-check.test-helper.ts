import { setShouldValidateFormat } from "@hyperjump/json-schema";
import { registerSchema, type SchemaObject, unregisterSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/formats";
import type { ApiDocument } from "../spec/document.ts";

setShouldValidateFormat(true);

/** Checks responses against a document, with another validator than the mock's own. */
export interface AnswerCheck {
  /** @throws Error if a response is not what the document says */
  answer(request: Request, response: Response): Promise<void>;
  /** Unregisters the document. */
  dispose(): void;
}

interface Declared {
  readonly headers?: { readonly [name: string]: { readonly $ref: string } };
  readonly content?: { readonly [mediaType: string]: unknown };
}

let documents = 0;

export function createAnswerCheck(document: ApiDocument): AnswerCheck {
  documents++;
  const uri = `https://widgets-mock.test/${documents}`;
  const $schema = "https://json-schema.org/draft/2020-12/schema";
  registerSchema({ $schema, ...structuredClone(document) } as unknown as SchemaObject, uri);
  return {
    dispose: () => unregisterSchema(uri),
    async answer(request, response) {
      const fault = (what: string) =>
        new Error(`${request.method} ${request.url} answered ${response.status}: ${what}`);
      const place = placeOf(document, request, response.status);
      if (place === undefined) throw fault("the document has no such answer.");
      const declared = at(document, place) as Declared;
      checkHeaders(document, declared, response, fault);
      const body = await response.clone().text();
      const [mediaType] = Object.keys(declared.content ?? {});
      if (mediaType === undefined) {
        if (body !== "") throw fault(`a body where the document has none: ${body}`);
        if (response.headers.has("content-type")) throw fault("a media type where there is no body.");
        return;
      }
      if (response.headers.get("content-type") !== mediaType) throw fault(`not ${mediaType}.`);
      if (request.method === "HEAD") {
        if (body !== "") throw fault("a body in a response to HEAD.");
        return;
      }
      const schema = `${uri}${place}/content/${mediaType.replace("/", "~1")}/schema`;
      const output = await validate(schema, JSON.parse(body), "BASIC");
      if (!output.valid) throw fault(`the body does not fit: ${JSON.stringify(output.errors)}\n${body}`);
    },
  };
}

function checkHeaders(
  document: ApiDocument,
  declared: Declared,
  response: Response,
  fault: (what: string) => Error,
): void {
  for (const [name, reference] of Object.entries(declared.headers ?? {})) {
    const header = at(document, reference.$ref) as { required?: boolean };
    if (header.required && !response.headers.has(name)) throw fault(`the header ${name} is missing.`);
  }
}

/** The place of the documented response in the document, as a fragment. */
function placeOf(document: ApiDocument, request: Request, status: number): string | undefined {
  const { pathname } = new URL(request.url);
  const template = Object.keys(document.paths).find((path) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  // HEAD is answered as GET.
  const method = request.method === "HEAD" ? "get" : (request.method.toLowerCase() as "get");
  const operation = template === undefined ? undefined : document.paths[template]?.[method];
  const responses = operation ? operation.responses : ((document as unknown as Unrouted)["x-unrouted"] ?? {});
  const found = [String(status), `${String(status)[0]}XX`].find((name) => responses[name] !== undefined);
  if (found === undefined) return undefined;
  const { $ref } = responses[found] as { $ref?: string };
  if ($ref !== undefined) return $ref;
  return `#/paths/${template?.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method}/responses/${found}`;
}

interface Unrouted {
  readonly "x-unrouted"?: { readonly [status: string]: unknown };
}

function at(document: ApiDocument, fragment: string): unknown {
  return fragment
    .slice(2)
    .split("/")
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], document);
}
