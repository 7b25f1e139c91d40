import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { SeenEvent } from "../history/event.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History, Wait } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import { type Judgement, judge } from "../judge/judge.ts";
import type { Mutant, Variant } from "../subjects/subject.test-helper.ts";

/** What is to be said of a history: the verdicts on documented rules, and the dialect where it is about one. */
export interface Expected {
  readonly fail?: readonly RuleId[];
  readonly warn?: readonly RuleId[];
  /** Of an honest implementation: the rules that are seen kept. */
  readonly pass?: readonly RuleId[];
  /** Of an honest implementation: what is observed of the assumed rules that it answers otherwise. */
  readonly dialect?: { readonly [rule in RuleId]?: unknown };
}

/** The first line of a golden file: whose history it is, and what is to be said of it. */
export interface GoldenHead {
  readonly kind: "mutant" | "variant";
  readonly id: string;
  /** The documented rule that a mutant breaks, or the assumed ones that a variant answers otherwise. */
  readonly rules: readonly RuleId[];
  readonly says: string;
  /** The documented rules that may be named beside. */
  readonly mayName: readonly RuleId[];
  readonly expected: Expected;
}

/** A recorded history, made as small as it can be for its verdicts. */
export interface Golden {
  readonly head: GoldenHead;
  readonly history: History;
}

/** A line after the first two, in the order in which things came. */
type Line =
  | { readonly call: Exchange }
  | { readonly observation: Observation }
  | { readonly event: SeenEvent }
  | { readonly wait: Wait };

const folder = import.meta.dirname;

/** What to do where a golden history is not what is recorded today. */
export const hint = "the golden history is stale; `npm run golden -- <part of its name>` records it anew";

/** The golden file of a mutant, below this folder. */
export function fileOfMutant({ rule, id }: Pick<Mutant, "rule" | "id">): string {
  return `mutants/${rule}/${id}.jsonl`;
}

/** The golden file of a variant, below this folder. */
export function fileOfVariant({ id }: Pick<Variant, "id">): string {
  return `variants/${id}.jsonl`;
}

/** Every golden file, below this folder. */
export function goldenFiles(): string[] {
  return ["mutants", "variants"].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => `${part}/${name}`)
      .sort(),
  );
}

const judged = new Map<string, readonly Judgement[]>();

/** Judges a golden history, once for all tests. */
export function judgeGolden(file: string): readonly Judgement[] {
  const judgements = judged.get(file) ?? judge(publishedDocument, readGolden(file).history);
  judged.set(file, judgements);
  return judgements;
}

/** Reads a golden history. */
export function readGolden(file: string): Golden {
  const [head, seen, ...lines] = readFileSync(join(folder, file), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const of = <T>(name: string): T[] => lines.flatMap((line) => (name in line ? [line[name] as T] : []));
  return {
    head,
    history: {
      ...seen,
      exchanges: of<Exchange>("call").sort((a, b) => a.n - b.n),
      observations: of<Observation>("observation"),
      events: of<SeenEvent>("event"),
      waits: of<Wait>("wait"),
    },
  };
}

/** Writes a golden history, in the order in which a client saw it. */
export function writeGolden(file: string, { head, history }: Golden): void {
  const { exchanges, observations, events, waits, ...seen } = history;
  const placed: { readonly place: number; readonly line: Line }[] = [
    ...exchanges.map((call) => ({ place: call.ended, line: { call } })),
    ...observations.map((observation) => ({ place: observation.came, line: { observation } })),
    ...events.map((event) => ({ place: event.came, line: { event } })),
  ];
  const lines = [
    head,
    seen,
    ...waits.map((wait): Line => ({ wait })),
    ...placed.sort((a, b) => a.place - b.place).map(({ line }) => line),
  ];
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
