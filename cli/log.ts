import { styleText } from "node:util";
import type { Happening, JournalEntry } from "../mock/index.ts";

/** How the log reads. */
export type LogForm = "text" | "json" | "quiet";

/** What of the mock's doings goes to the log. */
export interface Log {
  started(seed: number, dialect: string): void;
  answered(entry: JournalEntry, milliseconds: number): void;
  happened(happening: Happening): void;
  /** The last words: how many answers leaned on which assumed rules. */
  summary(): void;
}

/** How lines look. */
export interface LogLook {
  readonly colours: boolean;
  /** An organization's name, without its key. */
  readonly nameOf: (organization: string) => string;
}

/** A log that counts what answers leaned on, and writes lines in the form that was asked for. */
export function createLog(
  form: LogForm,
  write: (line: string) => void,
  says: (rule: string) => string,
  { colours, nameOf }: LogLook,
): Log {
  const leaned = new Map<string, number>();
  let answers = 0;
  const lines = form === "json" ? jsonLines(nameOf) : textLines(colours);
  const show = form === "quiet" ? () => undefined : write;
  return {
    started: (seed, dialect) => show(lines.started(seed, dialect)),
    answered(entry, milliseconds) {
      answers++;
      for (const rule of entry.assumed) leaned.set(rule, (leaned.get(rule) ?? 0) + 1);
      if (form !== "quiet") show(lines.answer(entry, milliseconds));
    },
    happened: (happening) => show(lines.happening(happening)),
    summary() {
      const counts = [...leaned]
        .sort(([, a], [, b]) => b - a)
        .map(([rule, count]) => ({ rule, count, says: says(rule) }));
      show(lines.summary(answers, counts));
    },
  };
}

interface Lines {
  started(seed: number, dialect: string): string;
  answer(entry: JournalEntry, milliseconds: number): string;
  happening(happening: Happening): string;
  summary(answers: number, leaned: readonly { rule: string; count: number; says: string }[]): string;
}

const jsonLines = (nameOf: LogLook["nameOf"]): Lines => ({
  started: (seed, dialect) => JSON.stringify({ type: "started", seed, dialect }),
  answer: ({ at, organization, ...entry }, milliseconds) =>
    JSON.stringify({
      type: "answer",
      at: new Date(at).toISOString(),
      organization: organization && nameOf(organization),
      ...entry,
      milliseconds: rounded(milliseconds),
    }),
  happening: (happening) => JSON.stringify({ ...happening, organization: nameOf(happening.organization) }),
  summary: (answers, leaned) => JSON.stringify({ type: "summary", answers, leaned }),
});

function textLines(colours: boolean): Lines {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  return {
    started: (seed, dialect) => paint("dim", `seed ${seed}, dialect ${dialect}`),
    answer({ method, path, status, code, rule, assumed, faults = [] }, milliseconds) {
      const followed = rule === undefined ? "" : ` (${rule})`;
      const refused = code === undefined ? "" : ` ${code}${followed}`;
      const shownStatus = paint(colourOf(status), status === 0 ? "no answer" : String(status));
      const struck = faults.length > 0 ? paint("dim", `  fault ${faults.join(" ")}`) : "";
      const leaned = assumed.length > 0 ? paint("dim", `  assumed ${assumed.join(" ")}`) : "";
      return `${method} ${path.slice(0, 200)} ${shownStatus}${refused} ${rounded(milliseconds)} ms${struck}${leaned}`;
    },
    happening({ type, widget, status, event, delivery, attempt, answer }) {
      if (type === "webhook.delivered")
        return `${event} of ${widget} ${paint("green", "delivered")}: ${answer} (${delivery})`;
      if (type === "webhook.failed") {
        return `${event} of ${widget} ${paint("yellow", "not delivered")}, attempt ${attempt}: ${answer} (${delivery})`;
      }
      const ended = type === "crawl.succeeded" ? paint("green", "succeeded") : paint("yellow", "failed");
      return `crawl of ${widget} ${ended}: ${status}${event === undefined ? "" : `, ${event}`}`;
    },
    summary(answers, leaned) {
      if (leaned.length === 0) return `${counted(answers)}, none of which leaned on an assumption.`;
      const widest = String(leaned[0]?.count).length;
      const rows = leaned.map(({ rule, count, says }) => `  ${String(count).padStart(widest)} × ${rule}  ${says}`);
      return `${counted(answers)}. What they leaned on that the documentation does not say:\n${rows.join("\n")}`;
    },
  };
}

/** The colour of a status; 0 stands for a connection that broke before an answer. */
export function colourOf(status: number): "green" | "yellow" | "red" {
  if (status === 0 || status >= 500) return "red";
  return status < 400 ? "green" : "yellow";
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function counted(answers: number): string {
  return answers === 1 ? "1 answer" : `${answers} answers`;
}
