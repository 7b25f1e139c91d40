import { knownText } from "../known-violations.ts";
import { replayFile } from "../replay-file.ts";
import type { RuleReport } from "../report.ts";
import { labelled } from "./labelled.ts";
import { colours, type Paint } from "./paint.ts";

/** What a story needs to know besides itself. */
export interface StoryTextOptions {
  readonly paint: Paint;
  readonly seed: number;
  /** Where the files of the report are; undefined where there are none. */
  readonly folder: string | undefined;
}

/** What was found under a rule: the lines that show it again, what came back, and what would have been right. */
export function storyText(rule: RuleReport, { paint, seed, folder }: StoryTextOptions): string {
  const { id, says, verdict, confirmed, story, known } = rule;
  const { says: seen, right, shell = [], answers = [] } = story ?? {};
  const back = answers.map(({ call, status, shows }) =>
    [call, status, shows].filter((part) => part !== undefined).join(" "),
  );
  const again = [
    ...(confirmed ? [`${confirmed.times} of ${confirmed.of}`] : []),
    `seed ${seed}`,
    ...(story && folder !== undefined ? [`--replay ${folder}/${replayFile(id)}`] : []),
  ];
  return [
    `${paint(colours[verdict], verdict.toUpperCase())} ${paint("bold", id)} ${says}`,
    "",
    ...shell.map((line) => `  ${line}`),
    "",
    ...labelled("came back", back),
    ...labelled("seen", [seen]),
    ...labelled("right", [right === says ? undefined : right]),
    ...labelled("again", [again.join(", ")]),
    ...labelled("known", [known && knownText(known)]),
  ].join("\n");
}
