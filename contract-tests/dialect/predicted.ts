import { type ResponseObject, resolve, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import { schemaChecker } from "../../spec/validators.ts";
import type { Situation } from "./situations.ts";

/** What a document says that an implementation answers. */
export interface Predicted {
  readonly status: number;
  /** The rule that says so, in the table of states. */
  readonly rule: RuleId | undefined;
  /** The answer that the operation has for this status. */
  readonly response: ResponseObject | undefined;
}

/** Tells what is answered, as a document has it; undefined where it does not say, or says several things. */
export type Predict = (situation: Situation) => Predicted | undefined;

/** Tells whether a body fits a schema of a document. */
export type Checkers = (document: WidgetsDocument) => ReturnType<typeof schemaChecker>;

/** Makes each checker once: most dialects change nothing in the schemas, and schemas take their time to compile. */
export function keptCheckers(): Checkers {
  const kept = new Map<string, ReturnType<typeof schemaChecker>>();
  return (document) => {
    const key = JSON.stringify(document.components.schemas);
    const checker = kept.get(key) ?? schemaChecker(document);
    kept.set(key, checker);
    return checker;
  };
}

/** Reads a document, as some dialect has it, for what it says of answers. */
export function predictor(document: WidgetsDocument, checkers: Checkers): Predict {
  const operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
  let checker: ReturnType<Checkers> | undefined;
  const { "x-lifecycle": lifecycle, "x-problems": problems } = document;
  /** Only what was sent to see whether it is taken may be such that it is not. */
  const fits = ({ body: schema }: DescribedOperation, { exchange: { probe, request } }: Situation): boolean => {
    if (probe === undefined || request.body === undefined || schema?.$ref === undefined) return true;
    checker ??= checkers(document);
    return checker(schema.$ref, request.body);
  };
  const answer = (operation: DescribedOperation, status: number | undefined, rule?: RuleId): Predicted | undefined => {
    if (status === undefined) return undefined;
    const response = operation.responses.get(status);
    return { status, rule, response: response && resolve<ResponseObject>(document, response) };
  };
  return (situation) => {
    const operation = operations.get(situation.exchange.operation);
    if (!operation) return undefined;
    if (!fits(operation, situation)) return answer(operation, problems["validation_error"]?.status);
    const cells = situation.states.map((state) => lifecycle.operations[operation.id]?.[state]);
    const all = cells.map((cell) => {
      if (!cell) return undefined;
      const refused = cell.code === undefined ? undefined : problems[cell.code]?.status;
      return answer(operation, cell.status ?? refused ?? operation.success, cell.rule);
    });
    const [first] = all;
    return all.every((one) => one !== undefined && one.status === first?.status) ? first : undefined;
  };
}
