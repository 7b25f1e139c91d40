import { type Command, generalFlags } from "./command-line/command.ts";
import { withSecretFiles } from "./command-line/flag.ts";

/** `widgets-mock database migrate` and its flags. */
export const migrateCommand = {
  name: "database migrate",
  summary: "Bring the schema of a database up to date",
  description: [
    "widgets-mock serve --database does the same when it starts. Do it beforehand where the user that serves may not change " +
      "the schema, or to choose the moment: mocks of an older version answer 503 from then on.",
  ],
  flags: withSecretFiles({
    database: {
      kind: "text",
      placeholder: "url",
      isSecret: true,
      pattern: "postgres(ql)?://.+",
      expected: "a connection string, postgres://<user>:<password>@<host>:<port>/<database>",
      description: "PostgreSQL database",
    },
    ...generalFlags,
  }),
  environmentPrefix: "WIDGETS_MOCK_",
} as const satisfies Command;
