import type { RemoteControls } from "../../mock/controls/control-groups.ts";
import { UsageError } from "../command-line/command.ts";
import type { Flags, FlagValues } from "../command-line/flag.ts";

/** A verb of `ctl`: a view of one or two controls. */
export interface Verb<Table extends Flags = Flags, Output = unknown> {
  /** Its own flags, beside those of every verb. */
  readonly flags: Table;
  readonly description?: readonly string[];
  /** Uses the controls of the mock. */
  readonly run: (controls: RemoteControls, flags: FlagValues<Table>, cwd: string) => Promise<Output>;
  /** The response for reading. */
  readonly text: (output: Output, flags: FlagValues<Table>) => string;
}

/** Ties a verb's parts together, so that their types agree. */
export function verb<const Table extends Flags, Output>(parts: Verb<Table, Output>): Verb {
  return parts as unknown as Verb;
}

/** So much is listed at a time. */
const pageLimit = 1000;

/** All that is listed, page by page. */
export async function allPages<Item>(
  list: (page: {
    offset: number;
    limit: number;
  }) => Promise<{ readonly total: number; readonly items: readonly Item[] }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { items, total } = await list({ offset: all.length, limit: pageLimit });
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}

/** What stands at its place, not behind a name. */
export function argument(placeholder: string, description: string) {
  return { kind: "text", positional: true, required: true, placeholder, description } as const;
}

export function optionalArgument(placeholder: string, description: string) {
  return { kind: "text", positional: true, placeholder, description } as const;
}

/** The flags that were given. */
export function givenOf<Values extends object>(values: Values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [name in keyof Values]?: NonNullable<Values[name]> };
}

/** @throws UsageError if it is not JSON */
export function parsedJson(flag: string, json: string) {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`${flag} must be JSON, got ${JSON.stringify(json)}`);
  }
}
