import type { ControlInput } from "../../../mock/controls/control-types.ts";
import * as text from "../ctl-text.ts";
import { readJsonFile, writeJsonFile } from "../json-files.ts";
import { allPages, argument, optionalArgument, verb } from "../verb.ts";

/** The mock as a whole. */
export const mockVerbs = {
  health: verb({ flags: {}, run: ({ health }) => health(), text: text.health }),
  worlds: verb({
    flags: {},
    description: ["With a key, that of its organization alone."],
    run: async ({ worlds }) => ({
      worlds: await allPages(async (page) => {
        const { total, worlds: items } = await worlds.list(page);
        return { total, items };
      }),
    }),
    text: text.worlds,
  }),
  scenarios: verb({
    flags: {},
    run: ({ scenarios }) => scenarios.list(),
    text: ({ scenarios }) => text.table(scenarios.map(({ name, description }) => [name, description])),
  }),
  reset: verb({
    flags: {
      scenario: optionalArgument("scenario", 'What to start with; "ctl scenarios" lists them'),
      seed: { kind: "integer", min: 0, max: Number.MAX_SAFE_INTEGER, inConfig: false, description: "Random seed" },
    },
    run: ({ reset }, { scenario, seed }) =>
      reset({ ...(scenario === undefined ? {} : { scenario }), ...(seed === undefined ? {} : { seed }) }),
    text: (clock, { scenario }) => `reset${scenario === undefined ? "" : ` to ${scenario}`}; ${text.clock(clock)}`,
  }),
  "snapshot export": verb({
    flags: { file: optionalArgument("file", "Where to write it; without it, to the standard output") },
    run: async ({ snapshot }, { file }, cwd) => {
      const exported = await snapshot.export();
      if (file !== undefined) writeJsonFile(cwd, file, exported);
      return exported;
    },
    text: (exported, { file }) => (file === undefined ? JSON.stringify(exported) : `exported to ${file}`),
  }),
  "snapshot restore": verb({
    flags: { file: argument("file", "The exported snapshot") },
    run: ({ snapshot }, { file }, cwd) => snapshot.restore(readJsonFile(cwd, file) as ControlInput<"restoreSnapshot">),
    text: (clock, { file }) => `restored ${file}; ${text.clock(clock)}`,
  }),
};
