import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type JsonObject, mergePatch } from "../spec/merge-patch.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { run, start } from "./bin.test-helper.ts";
import { folderWith, runHere } from "./command-line.test-helper.ts";
import { northwind, send, widgets } from "./serve.test-helper.ts";

/** A file with the document, changed by a merge patch. */
function documentWith(patch: JsonObject, toText: (document: object) => string = JSON.stringify, name = "changed.json") {
  const changed = mergePatch(publishedDocument as never, patch) as object;
  return `${folderWith({ [name]: toText(changed) })}/${name}`;
}

/** Names have 20 characters at most, and there is a new member. */
const language = { type: "string", enum: ["en", "de"], default: "en", "x-assumed": "A-CREATE-3" };
const reference = { $ref: "#/components/schemas/Language" };
const changes = {
  components: {
    schemas: {
      WidgetName: { maxLength: 20 },
      Language: language,
      WidgetConfiguration: { properties: { language: reference } },
      WidgetUpdate: { properties: { language: { anyOf: [reference, { type: "null" }] } } },
    },
  },
};

test.each([
  ["JSON", () => documentWith(changes)],
  ["YAML", () => documentWith(changes, stringify, "changed.yaml")],
])("a changed document in %s is served, and validates requests", async (_, write) => {
  const file = write();
  const mock = await start("--document", file);
  const created = await send(mock, "POST", widgets, { ...northwind, language: "de" });
  expect(created).toMatchObject({ status: 201, body: { language: "de" } });
  const { id } = created.body;
  expect((await send(mock, "POST", widgets, northwind)).body).toMatchObject({ language: "en" });
  expect(await send(mock, "POST", widgets, { ...northwind, name: "x".repeat(21) })).toMatchObject({ status: 400 });
  const wrong = await send(mock, "PATCH", `${widgets}/${id}`, { language: "fr" });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: "#/language" }] } });
  const served = await send(mock, "GET", "/openapi.json");
  expect(served.body.components.schemas.Language).toEqual(language);
});

test("a dialect applies to a changed document", async () => {
  const mock = await start("--document", documentWith(changes), "--dialect", "hostile");
  expect(await send(mock, "POST", widgets, { ...northwind, name: "x".repeat(21) })).toMatchObject({ status: 422 });
});

const listWidgets = publishedDocument.paths["/api/v1/widgets"]?.get as unknown as JsonObject;

test.each<[string, JsonObject, string]>([
  [
    "an unknown keyword",
    { components: { schemas: { Voice: { maxLenght: 5 } } } },
    '#/components/schemas/Voice/maxLenght: unsupported keyword "maxLenght"',
  ],
  [
    "a reference to nothing",
    { components: { schemas: { Theme: { properties: { mode: { $ref: "#/components/schemas/Mode" } } } } } },
    '#/components/schemas/Theme/properties/mode/$ref: "#/components/schemas/Mode" is nowhere in the document',
  ],
  [
    "a default that its own schema rejects",
    { components: { schemas: { Voice: { maxLength: 5 } } } },
    "#/components/schemas/Voice/default: invalid by its own schema",
  ],
  [
    "a cell that is missing",
    { "x-lifecycle": { operations: { pauseWidget: { active: null } } } },
    "#/x-lifecycle/operations/pauseWidget: missing cell for active",
  ],
  ["a rule that code knows", { "x-rules": { "PAUSE-1": null } }, "#/x-rules: missing rule PAUSE-1"],
  [
    "an operation without code",
    { paths: { "/api/v1/widgets": { put: { ...listWidgets, operationId: "putWidgets" } } } },
    "#/paths: this version has no code for the operation putWidgets",
  ],
  [
    "an operation whose id is taken",
    { paths: { "/api/v1/widgets": { put: listWidgets } } },
    "#/paths: more than one operation listWidgets",
  ],
])("%s is refused with its place", async (_, patch, message) => {
  const file = documentWith(patch);
  const { code, out, err } = await runHere(["--document", file, "--port", "0"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(`--document: ${file} is invalid:\n`);
  expect(err).toContain(message);
});

test.each([
  ["contract", "http://127.0.0.1:9", "--api-key", "sk_test_own"],
  ["--port", "0"],
])("a file that is missing, or holds something else, is refused: %s", async (...args) => {
  const missing = await runHere([...args, "--document", "/nowhere/openapi.json"]);
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("no such file") });
  const folder = folderWith({ "a.json": "{", "b.yaml": "hello" });
  expect((await runHere([...args, "--document", `${folder}/a.json`])).err).toContain("is not JSON");
  expect((await runHere([...args, "--document", `${folder}/b.yaml`])).err).toContain("must be object");
});

test("what a run left is deleted by the paths of the same document", async () => {
  const moved = JSON.stringify(publishedDocument).replaceAll("/api/v1/", "/v2/");
  const file = `${folderWith({ "moved.json": moved })}/moved.json`;
  const mock = await start("--clock", "manual", "--document", file);
  const { id, name } = (await send(mock, "POST", "/v2/widgets", northwind, "sk_test_own")).body;
  const ledger = `${folderWith({ "ledger.jsonl": `${JSON.stringify({ made: name, id })}\n` })}/ledger.jsonl`;
  const args = ["contract", mock.url, "--api-key", "sk_test_own", "--clean", ledger, "--document", file];
  expect(await run(...args)).toMatchObject({ code: 0, out: "1 widget deleted.\n" });
});

test("the contract tests take the same document", async () => {
  const file = documentWith({ components: { schemas: { Voice: { default: "Aoede" } } } });
  const mock = await start("--clock", "manual", "--document", file);
  const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second"];
  const { code, out } = await run("contract", mock.url, ...keys, "--effort", "quick", "--document", file);
  expect(out).not.toMatch(/^FAIL/m);
  expect(code).toBe(0);
});
