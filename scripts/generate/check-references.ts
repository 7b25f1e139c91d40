import { assumedBy, type Cell, type Lifecycle, type Rule, type WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";

/**
 * What no schema can say of the document: that the parts that name each other exist, that the table of states is whole,
 * and that an update takes what a widget has. Each fault is a sentence that begins with its place.
 */
export function checkReferences(document: WidgetsDocument): string[] {
  return [
    ...checkRules(document),
    ...checkAssumed(document, document as unknown as Json, "#"),
    ...checkOperations(document),
    ...checkCrawl(document["x-lifecycle"], Object.keys(document["webhooks" as never] ?? {})),
    ...checkProblems(document),
    ...checkMembers(document),
    ...checkStates(document),
    ...checkAnswers(document),
    ...checkCascade(document),
  ];
}

function checkRules(document: WidgetsDocument): string[] {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  return Object.entries(rules).flatMap(([id, { implies = [] }]) =>
    implies.filter((other) => !rules[other]).map((other) => `#/x-rules/${id}/implies: there is no rule ${other}.`),
  );
}

function checkAssumed(document: WidgetsDocument, part: Json, place: string): string[] {
  if (Array.isArray(part)) return part.flatMap((item, index) => checkAssumed(document, item, `${place}/${index}`));
  if (!isJsonObject(part)) return [];
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  const here = assumedBy(part as never)
    .filter((id) => !rules[id])
    .map((id) => `${place}/x-assumed: there is no rule ${id}.`);
  for (const key of ["rule", "x-rule", "x-crawled"]) {
    const ruled = part[key];
    if (typeof ruled === "string" && !rules[ruled]) here.push(`${place}/${key}: there is no rule ${ruled}.`);
  }
  return [...here, ...Object.entries(part).flatMap(([key, value]) => checkAssumed(document, value, `${place}/${key}`))];
}

function checkOperations(document: WidgetsDocument): string[] {
  const { states, operations } = document["x-lifecycle"];
  const described = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
  return Object.entries(operations).flatMap(([id, cells]) => {
    const place = `#/x-lifecycle/operations/${id}`;
    const operation = described.get(id);
    if (!operation) return [`${place}: there is no operation ${id}.`];
    const columns = "new" in cells ? ["new"] : [...Object.keys(states), "unknown"];
    return [
      ...columns.filter((state) => !cells[state]).map((state) => `${place}: there is no cell for ${state}.`),
      ...Object.keys(cells)
        .filter((state) => !columns.includes(state))
        .map((state) => `${place}/${state}: there is no state ${state}.`),
      ...Object.entries(cells).flatMap(([state, cell]) =>
        checkCell(document, cell, `${place}/${state}`, new Set(operation.responses.keys())),
      ),
    ];
  });
}

function checkCell(document: WidgetsDocument, cell: Cell, place: string, statuses: ReadonlySet<number>): string[] {
  const faults: string[] = [];
  if (cell.to !== undefined && !document["x-lifecycle"].states[cell.to]) {
    faults.push(`${place}/to: there is no state ${cell.to}.`);
  }
  const problem = cell.code === undefined ? undefined : document["x-problems"][cell.code];
  if (cell.code !== undefined && !problem) faults.push(`${place}/code: there is no problem ${cell.code}.`);
  const status = cell.status ?? problem?.status;
  if (status !== undefined && !statuses.has(status)) {
    faults.push(`${place}: the operation has no response ${status}.`);
  }
  return faults;
}

function checkCrawl({ states, crawl }: Lifecycle, events: readonly string[]): string[] {
  return Object.entries(crawl).flatMap(([end, cells]) => [
    ...Object.entries(states)
      .filter(([state, { crawling }]) => crawling && !cells[state])
      .map(([state]) => `#/x-lifecycle/crawl/${end}: a crawl can run in ${state}, which has no cell.`),
    ...Object.entries(cells).flatMap(([state, { to, event }]) => {
      const place = `#/x-lifecycle/crawl/${end}/${state}`;
      const faults = states[to] ? [] : [`${place}/to: there is no state ${to}.`];
      if (event !== undefined && !events.includes(event)) faults.push(`${place}/event: there is no webhook ${event}.`);
      return faults;
    }),
  ]);
}

function checkProblems(document: WidgetsDocument): string[] {
  const codes = membersOf(document, schemaNamed(document, "Problem")).get("code") as
    | { enum?: readonly string[] }
    | undefined;
  return Object.entries(document["x-problems"])
    .filter(([name, { code = name }]) => codes?.enum && !codes.enum.includes(code))
    .map(([name]) => `#/x-problems/${name}: its code is not among those of #/components/schemas/Problem.`);
}

function checkMembers(document: WidgetsDocument): string[] {
  return [
    ["WidgetConfiguration", "WidgetUpdate"],
    ["WidgetState", "WidgetUpdate"],
    ["Theme", "ThemeUpdate"],
  ].flatMap(([whole = "", update = ""]) => {
    const taken = membersOf(document, schemaNamed(document, update));
    return [...membersOf(document, schemaNamed(document, whole)).keys()]
      .filter((member) => !taken.has(member))
      .map(
        (member) => `#/components/schemas/${update}/properties: ${whole} has a member ${member}, and ${update} none.`,
      );
  });
}

function checkStates(document: WidgetsDocument): string[] {
  const { states, operations } = document["x-lifecycle"];
  const status = membersOf(document, schemaNamed(document, "WidgetState")).get("status") as {
    enum?: readonly string[];
  };
  const faults = Object.entries(states)
    .filter(([, { shows }]) => shows !== null && !status.enum?.includes(shows))
    .map(([state, { shows }]) => `#/x-lifecycle/states/${state}/shows: "${shows}" is not among the values of status.`);
  return operations["createWidget"]?.["new"]?.to === undefined
    ? [...faults, "#/x-lifecycle/operations/createWidget/new/to: a new widget has no state."]
    : faults;
}

/** The refusals that come before an operation is carried out have the statuses that the operation declares. */
function checkAnswers(document: WidgetsDocument): string[] {
  return operationsOf(document).flatMap(({ id, security, body, parameters, responses }) => {
    const takesParameters = parameters.some((parameter) => parameter.in !== "path");
    const met = [
      "not_acceptable",
      "internal",
      ...(security === "apiKey" ? ["unauthorized", "live_key_refused"] : []),
      ...(body ? ["payload_too_large", "unsupported_media_type", "invalid_json", "validation_error"] : []),
      ...(takesParameters ? ["validation_error"] : []),
      ...(parameters.some(({ name }) => name === "cursor") ? ["invalid_cursor"] : []),
      ...(parameters.some(({ name }) => name === "Idempotency-Key") ? ["idempotency_mismatch"] : []),
    ];
    return met
      .filter((problem) => !responses.has(document["x-problems"][problem]?.status ?? 0))
      .map(
        (problem) =>
          `#/x-problems/${problem}: the operation ${id} has no response ${document["x-problems"][problem]?.status}.`,
      );
  });
}

function checkCascade(document: WidgetsDocument): string[] {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  return Object.entries(document.paths).flatMap(([path, { delete: operation }]) =>
    Object.entries(operation?.["x-cascade"] ?? {}).flatMap(([what, parts]) =>
      Object.entries(parts as Record<string, string>)
        .filter(([, rule]) => !rules[rule])
        .map(([part, rule]) => `#/paths/${path}/delete/x-cascade/${what}/${part}: there is no rule ${rule}.`),
    ),
  );
}
