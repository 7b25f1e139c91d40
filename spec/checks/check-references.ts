import { assumedBy, type Cell, type Lifecycle, type Rule, type WidgetsDocument } from "../document.ts";
import { isJsonObject, type Json } from "../merge-patch.ts";
import { operationsOf } from "../operations.ts";
import { membersOf, schemaNamed } from "../schema.ts";

/**
 * Checks what no schema can: names refer to something that exists, the table of states is complete, and an update accepts
 * every member of a widget.
 * @returns issues, each with its place
 */
export function checkReferences(document: WidgetsDocument): string[] {
  return [
    ...checkRuleIds(document, document as unknown as Json, "#"),
    ...checkOperations(document),
    ...checkCrawl(document["x-lifecycle"], Object.keys(document.webhooks ?? {})),
    ...checkProblems(document),
    ...checkMembers(document),
    ...checkStates(document),
    ...checkResponses(document),
    ...checkCascade(document),
  ];
}

function checkRuleIds(document: WidgetsDocument, part: Json, place: string): string[] {
  if (Array.isArray(part)) return part.flatMap((item, index) => checkRuleIds(document, item, `${place}/${index}`));
  if (!isJsonObject(part)) return [];
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  const issues = assumedBy(part as never)
    .filter((id) => !rules[id])
    .map((id) => `${place}/x-assumed: unknown rule ${id}`);
  for (const key of ["rule", "x-rule", "x-crawled"]) {
    const id = part[key];
    if (typeof id === "string" && !rules[id]) issues.push(`${place}/${key}: unknown rule ${id}`);
  }
  return [
    ...issues,
    ...Object.entries(part).flatMap(([key, value]) => checkRuleIds(document, value, `${place}/${key}`)),
  ];
}

function checkOperations(document: WidgetsDocument): string[] {
  const { states, operations } = document["x-lifecycle"];
  const described = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
  return Object.entries(operations).flatMap(([id, cells]) => {
    const place = `#/x-lifecycle/operations/${id}`;
    const operation = described.get(id);
    if (!operation) return [`${place}: unknown operation ${id}`];
    const columns = "new" in cells ? ["new"] : [...Object.keys(states), "unknown"];
    const statuses = new Set(operation.responses.keys());
    return [
      ...columns.filter((state) => !cells[state]).map((state) => `${place}: missing cell for ${state}`),
      ...Object.entries(cells).flatMap(([state, cell]) => [
        ...(columns.includes(state) ? [] : [`${place}/${state}: unknown state ${state}`]),
        ...checkCell(document, cell, statuses).map((issue) => `${place}/${state}${issue}`),
      ]),
    ];
  });
}

function checkCell(document: WidgetsDocument, cell: Cell, statuses: ReadonlySet<number>): string[] {
  const issues: string[] = [];
  if (cell.to !== undefined && !document["x-lifecycle"].states[cell.to]) issues.push(`/to: unknown state ${cell.to}`);
  const problem = cell.code === undefined ? undefined : document["x-problems"][cell.code];
  if (cell.code !== undefined && !problem) issues.push(`/code: unknown problem ${cell.code}`);
  const status = cell.status ?? problem?.status;
  if (status !== undefined && !statuses.has(status)) issues.push(`: the operation has no response ${status}`);
  return issues;
}

function checkCrawl({ states, crawl }: Lifecycle, events: readonly string[]): string[] {
  return Object.entries(crawl).flatMap(([end, cells]) => [
    ...Object.entries(states)
      .filter(([state, { crawling }]) => crawling && !cells[state])
      .map(([state]) => `#/x-lifecycle/crawl/${end}: missing cell for ${state}, where a crawl can run`),
    ...Object.entries(cells).flatMap(([state, { to, event }]) => {
      const place = `#/x-lifecycle/crawl/${end}/${state}`;
      const issues = states[to] ? [] : [`${place}/to: unknown state ${to}`];
      if (event !== undefined && !events.includes(event)) issues.push(`${place}/event: unknown webhook ${event}`);
      return issues;
    }),
  ]);
}

function checkProblems(document: WidgetsDocument): string[] {
  const { enum: codes } = membersOf(document, schemaNamed(document, "Problem")).get("code") ?? {};
  return Object.entries(document["x-problems"])
    .filter(([name, { code = name }]) => codes && !codes.includes(code))
    .map(
      ([name, { code = name }]) => `#/x-problems/${name}: code "${code}" is missing in #/components/schemas/Problem`,
    );
}

function checkMembers(document: WidgetsDocument): string[] {
  return [
    ["WidgetConfiguration", "WidgetUpdate"],
    ["WidgetState", "WidgetUpdate"],
    ["Theme", "ThemeUpdate"],
  ].flatMap(([whole = "", update = ""]) => {
    const accepted = membersOf(document, schemaNamed(document, update));
    return [...membersOf(document, schemaNamed(document, whole)).keys()]
      .filter((member) => !accepted.has(member))
      .map((member) => `#/components/schemas/${update}/properties: missing member ${member}, which ${whole} has`);
  });
}

function checkStates(document: WidgetsDocument): string[] {
  const { states, operations } = document["x-lifecycle"];
  const status = membersOf(document, schemaNamed(document, "WidgetState")).get("status");
  const issues = Object.entries(states)
    .filter(([, { shows }]) => shows !== null && !status?.enum?.includes(shows))
    .map(([state, { shows }]) => `#/x-lifecycle/states/${state}/shows: "${shows}" is not a value of status`);
  return operations["createWidget"]?.["new"]?.to === undefined
    ? [...issues, "#/x-lifecycle/operations/createWidget/new/to: required, the state of a new widget"]
    : issues;
}

/** Problems that are raised before an operation runs have a status that the operation declares. */
function checkResponses(document: WidgetsDocument): string[] {
  return operationsOf(document).flatMap(({ id, security, body, parameters, idempotencyHeader, responses }) => {
    const hasParameters = parameters.some((parameter) => parameter.in !== "path");
    const possible = [
      "not_acceptable",
      "internal",
      ...(security === "apiKey" ? ["unauthorized", "live_key_refused"] : []),
      ...(body ? ["payload_too_large", "unsupported_media_type", "invalid_json", "validation_error"] : []),
      ...(hasParameters ? ["validation_error"] : []),
      ...(parameters.some(({ name }) => name === "cursor") ? ["invalid_cursor"] : []),
      ...(idempotencyHeader === undefined ? [] : ["idempotency_mismatch"]),
    ];
    return possible
      .map((problem) => ({ problem, status: document["x-problems"][problem]?.status ?? 0 }))
      .filter(({ status }) => !responses.has(status))
      .map(({ problem, status }) => `#/x-problems/${problem}: the operation ${id} has no response ${status}`);
  });
}

function checkCascade(document: WidgetsDocument): string[] {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  return Object.entries(document.paths).flatMap(([path, { delete: operation }]) =>
    Object.entries(operation?.["x-cascade"] ?? {}).flatMap(([what, parts]) =>
      Object.entries(parts)
        .filter(([, rule]) => !rules[rule])
        .map(([part, rule]) => `#/paths/${path}/delete/x-cascade/${what}/${part}: unknown rule ${rule}`),
    ),
  );
}
