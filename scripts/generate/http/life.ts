import { assumedBy, type Cell, type Operation, type WidgetsDocument } from "../../../spec/document.ts";
import { type DescribedOperation, methods, operationsOf } from "../../../spec/operations.ts";
import { DocumentError } from "../document-error.ts";

/** A request in the life of a widget, and what it is answered, as the document has it. */
export interface LifeStep {
  readonly operation: DescribedOperation;
  /** What the step is called where people read it. */
  readonly title: string;
  readonly status: number;
  /** The status of the widget in the answer; none where the answer is no widget. */
  readonly shows?: string;
  /** The answer tells the id that the steps after it use. */
  readonly givesId: boolean;
  /** The request is sent again for as long as the widget shows this: its crawl is running. */
  readonly while?: string;
}

/** Every documented operation, in the order of the documentation; a crawl is waited for where it says "poll". */
const life: readonly { readonly call: string; readonly says?: string }[] = [
  { call: "createWidget" },
  { call: "getWidget", says: "poll until its first crawl has finished" },
  { call: "listWidgets" },
  { call: "updateWidget" },
  { call: "pauseWidget" },
  { call: "resumeWidget" },
  { call: "recrawlWidget" },
  { call: "getWidget", says: "it stays active while it is crawled" },
  { call: "deleteWidget" },
  { call: "getWidget", says: "it is gone" },
];

/**
 * The whole documented life of a widget. What each step is answered is read off the document's table of states.
 * @throws DocumentError where the document has a documented operation that no step calls
 */
export function lifeOfAWidget(document: WidgetsDocument): LifeStep[] {
  const operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
  for (const { operationId, summary } of documentedOperations(document)) {
    if (!life.some(({ call }) => call === operationId)) {
      const fault = `${operationId} (${summary}) is documented and has no step in scripts/generate/http/life.ts.`;
      throw new DocumentError("spec/openapi.yaml", [fault]);
    }
  }
  let state = "new";
  return life.map(({ call, says }, index) => {
    const operation = operations.get(call);
    if (!operation) throw new Error(`There is no operation ${call} to take a widget through its life.`);
    const before = shownIn(document, state);
    const polls = says?.startsWith("poll") ?? false;
    if (polls) state = document["x-lifecycle"].crawl.succeeds[state]?.to ?? state;
    const cell = cellOf(document, call, state);
    state = cell?.to ?? state;
    const shows = isWidget(operation) && cell?.code === undefined ? shownIn(document, state) : undefined;
    return {
      operation,
      title: `${index + 1}. ${operation.summary}${says ? `: ${says}` : ""}`,
      status: cell?.code === undefined ? operation.success : statusOf(document, cell),
      ...(shows === undefined ? {} : { shows }),
      givesId: index === 0,
      ...(polls && before !== undefined ? { while: before } : {}),
    };
  });
}

function documentedOperations(document: WidgetsDocument): Operation[] {
  return Object.values(document.paths)
    .flatMap((item) => methods.flatMap((method) => item[method] ?? []))
    .filter((operation) => assumedBy(operation).length === 0);
}

function cellOf(document: WidgetsDocument, call: string, state: string): Cell | undefined {
  return document["x-lifecycle"].operations[call]?.[state];
}

function shownIn(document: WidgetsDocument, state: string): string | undefined {
  return document["x-lifecycle"].states[state]?.shows ?? undefined;
}

function statusOf(document: WidgetsDocument, { status, code = "" }: Cell): number {
  return status ?? document["x-problems"][code]?.status ?? 404;
}

/** Whether an operation's success is answered with a widget. */
function isWidget({ responses, success }: DescribedOperation): boolean {
  const schema = responses.get(success)?.content?.["application/json"]?.schema;
  return schema?.$ref === "#/components/schemas/Widget";
}
