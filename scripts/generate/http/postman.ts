import type { PostmanCollection, PostmanItem, PostmanRequest } from "./convert.ts";
import type { LifeStep } from "./life.ts";

/** How often a crawl is asked for before it is given up, and how long it is waited in between. */
const polls = { most: 120, pauseMs: 1000 };

/** A request of the life of a widget as the converter made it, with the id put in that the first answer gives. */
export interface LifeRequest {
  readonly step: LifeStep;
  readonly item: PostmanItem;
  readonly request: PostmanRequest;
}

/**
 * The requests of a converted document, in the order of the life of a widget.
 * @throws Error where the converter left one out
 */
export function lifeRequests(collection: PostmanCollection, steps: readonly LifeStep[]): LifeRequest[] {
  const items = flat(collection.item);
  return steps.map((step) => {
    const path = step.operation.path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1");
    const item = items.find(
      ({ request }) => request?.method === step.operation.method && request.url.path.join("/") === path,
    );
    if (!item?.request) throw new Error(`The converter made no request of ${step.operation.id}.`);
    const variable = item.request.url.variable.map((one) => (one.key === "id" ? { ...one, value: "{{id}}" } : one));
    return { step, item, request: { ...item.request, url: { ...item.request.url, variable } } };
  });
}

/** The life of a widget as a Postman collection that runs from its first request to its last. */
export function postmanCollection(converted: PostmanCollection, requests: readonly LifeRequest[], baseUrl: string) {
  return {
    info: { ...converted.info, name: `${converted.info.name}: the life of a widget` },
    auth: { type: "bearer", bearer: [{ key: "token", type: "string", value: "{{apiKey}}" }] },
    variable: [
      { key: "baseUrl", value: baseUrl },
      { key: "apiKey", value: "sk_test_demo" },
      { key: "id", value: "" },
    ],
    item: requests.map(({ step, item, request }) => ({
      name: step.title,
      request,
      event: [{ listen: "test", script: { type: "text/javascript", exec: testScript(step) } }],
      response: (item.response ?? []).filter(({ code }) => code === step.status),
    })),
  };
}

function testScript(step: LifeStep): string[] {
  const lines = [`pm.test("${step.status}", () => pm.response.to.have.status(${step.status}));`];
  if (step.givesId) {
    lines.push(`pm.collectionVariables.set("id", pm.response.json().id);`, `pm.collectionVariables.unset("polls");`);
  }
  const check = `pm.test("${step.shows}", () => pm.expect(pm.response.json().status).to.equal("${step.shows}"));`;
  if (step.while !== undefined) return [...lines, ...pollScript(step.while, check)];
  return step.shows === undefined ? lines : [...lines, check];
}

/** A runner sends the request again; whoever sends it by hand sends it again himself. */
function pollScript(running: string, check: string): string[] {
  return [
    `const polls = Number(pm.collectionVariables.get("polls") || 0) + 1;`,
    `pm.collectionVariables.set("polls", polls);`,
    `if (pm.response.json().status === "${running}" && polls < ${polls.most}) {`,
    `  pm.execution.setNextRequest(pm.info.requestName);`,
    `  setTimeout(() => {}, ${polls.pauseMs});`,
    "} else {",
    `  ${check}`,
    "}",
  ];
}

function flat(items: readonly PostmanItem[]): PostmanItem[] {
  return items.flatMap((item) => [item, ...flat(item.item ?? [])]);
}
