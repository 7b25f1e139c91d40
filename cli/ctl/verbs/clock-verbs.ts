import * as text from "../ctl-text.ts";
import { argument, verb } from "../verb.ts";

/** The clock of the world. */
export const clockVerbs = {
  "clock get": verb({ flags: {}, run: ({ clock }) => clock.get(), text: text.clock }),
  "clock advance": verb({
    flags: {
      duration: { ...argument("duration", "How far, such as 500ms, 60s, 10m, 2h or 1d"), kind: "duration" },
    },
    run: ({ clock }, { duration }) => clock.advance({ seconds: duration / 1000 }),
    text: (advanced) => [text.clock(advanced), text.happenings(advanced.happened)].filter(Boolean).join("\n"),
  }),
  "clock freeze": verb({ flags: {}, run: ({ clock }) => clock.freeze(), text: text.clock }),
  "clock resume": verb({ flags: {}, run: ({ clock }) => clock.resume(), text: text.clock }),
};
