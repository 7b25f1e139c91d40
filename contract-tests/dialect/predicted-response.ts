import { type ResponseObject, resolve, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import { schemaChecker } from "../../spec/validators.ts";
import type { CallInState } from "./calls-in-state.ts";

/** The response that a document predicts. */
export interface PredictedResponse {
  readonly status: number;
  /** The rule of the cell in the life cycle. */
  readonly rule: RuleId | undefined;
  /** What the operation says of this status. */
  readonly response: ResponseObject | undefined;
}

/** Whether a status says that a request succeeded. */
export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status < 300;
}

/** Checkers by the schemas that they compiled: most choices change none, and compiling takes time. */
const checkers = new Map<string, ReturnType<typeof schemaChecker>>();

/** Predicts responses from a document; undefined where it says nothing, or several things. */
export function responsePredictor(document: WidgetsDocument): (call: CallInState) => PredictedResponse | undefined {
  const operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));
  const { "x-lifecycle": lifecycle, "x-problems": problems } = document;
  let schemas: string | undefined;
  /** Only a probe may send a body that the document rejects. */
  const isValid = ({ body: schema }: DescribedOperation, { exchange: { probe, request } }: CallInState): boolean => {
    if (probe === undefined || request.body === undefined || schema?.$ref === undefined) return true;
    schemas ??= JSON.stringify(document.components.schemas);
    const checker = checkers.get(schemas) ?? schemaChecker(document);
    checkers.set(schemas, checker);
    return checker(schema.$ref, request.body);
  };
  const predict = (
    operation: DescribedOperation,
    status: number | undefined,
    rule?: RuleId,
  ): PredictedResponse | undefined => {
    if (status === undefined) return undefined;
    const response = operation.responses.get(status);
    return { status, rule, response: response && resolve<ResponseObject>(document, response) };
  };
  return (call) => {
    const operation = operations.get(call.exchange.operation);
    if (!operation) return undefined;
    if (!isValid(operation, call)) return predict(operation, problems["validation_error"]?.status);
    const predictions = call.states.map((state) => {
      const cell = lifecycle.operations[operation.id]?.[state];
      const rejection = cell?.code === undefined ? undefined : problems[cell.code]?.status;
      return cell && predict(operation, cell.status ?? rejection ?? operation.success, cell.rule);
    });
    const [first] = predictions;
    return predictions.every((one) => one !== undefined && one.status === first?.status) ? first : undefined;
  };
}
