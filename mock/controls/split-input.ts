import type { Json } from "../../spec/merge-patch.ts";
import { nearestOf } from "../../spec/nearest.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import { document } from "../control-plane/document.ts";
import { ControlError } from "./control-error.ts";
import type { ControlOperation } from "./control-types.ts";

/** The input of a control, in the parts of a request. */
export interface ControlParts {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | number>>;
  /** Undefined if the operation takes none. */
  readonly body: Json | undefined;
}

let described: ReadonlyMap<string, DescribedOperation> | undefined;

/** An operation of the control plane, as its document describes it. */
export function describedControl(operation: ControlOperation | "streamEvents"): DescribedOperation {
  described ??= new Map(operationsOf(document).map((one) => [one.id, one]));
  const found = described.get(operation);
  if (!found) throw new Error(`The document has no operation ${operation}.`);
  return found;
}

/** A longer example would hide what it is an example of. */
const maxExampleLength = 80;

/**
 * Takes the input of a control apart, into path, query and body.
 * @throws ControlError for what is no object, an unknown member, or a missing one of the path
 */
export function splitInput(operation: ControlOperation, input: unknown): ControlParts {
  const { parameters, body, example } = describedControl(operation);
  if (typeof input !== "object" || input === null) throw notAnObject(input, example);
  const path: Record<string, string> = {};
  const query: Record<string, string | number> = {};
  const rest: Record<string, Json> = {};
  // As in JSON, a member that is undefined is left out.
  for (const [name, value] of Object.entries(input).filter(([, given]) => given !== undefined)) {
    const place = parameters.find((parameter) => parameter.name === name)?.in;
    if (place === "path") path[name] = value;
    else if (place === "query") query[name] = value;
    else rest[name] = value;
  }
  for (const { name } of parameters.filter((parameter) => parameter.in === "path")) {
    const value: unknown = path[name];
    if (typeof value !== "string") throw invalid(name, `${name} must be a string, got ${JSON.stringify(value)}`);
  }
  const [unknown] = body === undefined ? Object.keys(rest) : [];
  if (unknown !== undefined)
    throw invalid(
      unknown,
      unknownProperty(
        unknown,
        parameters.map(({ name }) => name),
      ),
    );
  return { path, query, body: body && rest };
}

function unknownProperty(name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  return `unknown property "${name}"${nearest === undefined ? "" : `, did you mean "${nearest}"?`}`;
}

function invalid(member: string, detail: string): ControlError {
  const errors = [{ pointer: `#/${member}`, code: "invalid", detail }];
  return new ControlError({ status: 400, code: "validation_error", detail, errors });
}

function notAnObject(input: unknown, example: Json | undefined): ControlError {
  const shown = example === undefined ? "" : JSON.stringify(example);
  const advice = shown === "" || shown.length > maxExampleLength ? "" : ` such as ${shown}`;
  return invalid("", `the input must be an object${advice}, got ${JSON.stringify(input)}`);
}
