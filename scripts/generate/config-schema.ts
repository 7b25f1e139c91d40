import { type Command, configFlagsOf } from "../../cli/command-line/command.ts";
import type { Flag } from "../../cli/command-line/flag.ts";
import { durationPattern } from "../../cli/command-line/read-value.ts";

/** A text with a variable of the environment in it, which stands for a value of any kind. */
const variable = "\\$\\{\\w+\\}";

interface ObjectSchema {
  readonly type: "object";
  readonly description?: string;
  readonly properties: Record<string, unknown>;
  readonly additionalProperties: false;
}

/** The JSON Schema of `widgets-mock.config.json`, for editors: a key for each command, and its flags below it. */
export function configSchema(commands: readonly Command[]): ObjectSchema & { readonly $schema: string } {
  const root = objectSchema({ $schema: { type: "string", description: "Where this schema is, for editors" } });
  for (const command of commands.filter(({ config }) => config !== undefined)) {
    const [last = "", ...groups] = [...(command.config ?? [])].reverse();
    let parent = root.properties;
    for (const group of groups.reverse()) {
      const below = (parent[group] as ObjectSchema | undefined) ?? objectSchema({});
      parent[group] = below;
      parent = below.properties;
    }
    const flags = configFlagsOf(command).map(([name, flag]) => [name, flagSchema(flag)]);
    parent[last] = { description: command.summary, ...objectSchema(Object.fromEntries(flags)) };
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    description: "Settings of widgets-mock, by command. Environment variables may stand in every string.",
    ...root,
  };
}

function objectSchema(properties: Record<string, unknown>): ObjectSchema {
  return { type: "object", properties, additionalProperties: false };
}

function flagSchema(flag: Flag): object {
  const { description, default: usual } = flag;
  const note = { description, ...(usual === undefined ? {} : { default: usual }) };
  const one = valueSchema(flag);
  return { ...note, ...(flag.repeatable ? { anyOf: [one, { type: "array", items: one }] } : one) };
}

function valueSchema(flag: Flag): object {
  switch (flag.kind) {
    case "switch":
      return { type: ["boolean", "string"], pattern: `^${variable}$` };
    case "integer":
      return { type: ["integer", "string"], minimum: flag.min, maximum: flag.max, pattern: `^${variable}$` };
    case "duration":
      return { type: "string", pattern: `${durationPattern}|${variable}` };
    case "text":
      if (flag.choices) return { anyOf: [{ enum: flag.choices }, { type: "string", pattern: variable }] };
      return {
        type: "string",
        ...(flag.pattern ? { pattern: `^(?:${flag.pattern})$|${variable}` } : { minLength: 1 }),
      };
  }
}
