import type { PostmanRequest } from "./convert.ts";
import type { LifeStep } from "./life.ts";
import type { LifeRequest } from "./postman.ts";

/** How long a crawl is waited for, and how long between two looks at it. */
const deadlineMs = 120_000;
const pollMs = 1000;

const head = (
  title: string,
  version: string,
) => `# ${title}: the whole documented life of a widget, from its making to its end.
# Made from the OpenAPI document, version ${version}. baseUrl and apiKey stand in http-client.env.json beside this file.
#
# JetBrains' HTTP Client: choose the environment "mock" and run all requests; where the widget is still a draft, run the
# second one again. httpyac, which also waits for the crawl: npx httpyac send life-of-a-widget.http --all --env mock
`;

/** The life of a widget as an .http file, for editors and command lines that read JetBrains' form of it. */
export function httpFile(title: string, version: string, requests: readonly LifeRequest[]): string {
  return [head(title, version), ...requests.map(({ step, request }) => block(step, request))].join("\n");
}

/** What the names in the .http file stand for, by environment. */
export function httpEnvironments(baseUrl: string) {
  return { mock: { baseUrl, apiKey: "sk_test_demo" } };
}

function block(step: LifeStep, request: PostmanRequest): string {
  const { host, path, variable } = request.url;
  const segments = path.map((part) => variable.find(({ key }) => part === `:${key}`)?.value ?? part);
  const headers = request.header.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}: ${value}`);
  return [
    `### ${step.title}`,
    ...(step.while === undefined
      ? []
      : [`# @loop while status === "${step.while}" && Date.now() < deadline`, `# @sleep ${pollMs}`]),
    `${request.method} ${host.join(".")}/${segments.join("/")}`,
    "Authorization: Bearer {{apiKey}}",
    ...headers,
    "",
    ...(request.body?.raw === undefined ? [] : [request.body.raw, ""]),
    "> {%",
    ...handler(step),
    "%}",
    "",
  ].join("\n");
}

function handler(step: LifeStep): string[] {
  const lines = [check(String(step.status), "response.status", step.status)];
  if (step.givesId) {
    lines.push('client.global.set("id", response.body.id);');
    lines.push(`client.global.set("deadline", Date.now() + ${deadlineMs});`);
  }
  if (step.givesId || step.while !== undefined) lines.push('client.global.set("status", response.body.status);');
  const shown = step.shows === undefined ? [] : [check(step.shows, "response.body.status", step.shows)];
  return step.while === undefined
    ? [...lines, ...shown]
    : [...lines, ...shown.map((line) => `if (${isOver(step.while ?? "")}) ${line}`)];
}

/** While its crawl runs a widget may well be a draft; at the deadline it may not. */
function isOver(running: string): string {
  return `response.body.status !== "${running}" || Date.now() >= client.global.get("deadline")`;
}

/** With words of its own for a failure: without them httpyac reads its whole source to make some up. */
function check(name: string, actual: string, wanted: number | string): string {
  const condition = `${actual} === ${JSON.stringify(wanted)}`;
  return `client.test("${name}", function () { client.assert(${condition}, "It is " + ${actual}); });`;
}
