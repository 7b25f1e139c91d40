import type { Happening, Mock } from "../mock/index.ts";
import { journalTable } from "./journal-table.ts";

/** What a key can reach. */
export interface Reach {
  readonly mock: Pick<Mock, "clock" | "crawls" | "journal" | "reset">;
  /** How wide the terminal is now. */
  readonly columns: number;
  readonly colours: boolean;
  /** Ends the mock. */
  quit(): void;
}

/** A key of the running mock's terminal. */
export interface Key {
  readonly key: string;
  /** For the user, in a few words. */
  readonly does: string;
  /** Does it, and tells what came of it; what happened on the way the log has told before. */
  act(reach: Reach): string;
}

const minuteMs = 60_000;
const newestEntries = 20;

/** All keys, in the order in which they are shown. */
export const keys: readonly Key[] = [
  { key: "h", does: "shows these keys", act: () => `The keys\n${keysHelp()}` },
  { key: "c", does: "finishes the running crawls", act: ({ mock }) => endCrawls(mock, "succeeded") },
  { key: "f", does: "fails the running crawls", act: ({ mock }) => endCrawls(mock, "failed") },
  { key: "m", does: "moves the clock a minute forward", act: ({ mock }) => moveAMinute(mock) },
  { key: "p", does: "pauses the clock, or lets it run again", act: ({ mock }) => pauseOrResume(mock) },
  { key: "j", does: `shows the newest ${newestEntries} answers`, act: showJournal },
  { key: "r", does: "resets: forgets everything and begins again", act: ({ mock }) => startAgain(mock) },
  {
    key: "q",
    does: "quits, as Ctrl-C does",
    act({ quit }) {
      quit();
      return "";
    },
  },
];

/**
 * Does what a key is for.
 * @returns what to tell the user; "" where there is nothing to tell, as of a key that has no meaning
 */
export function press(pressed: string, reach: Reach): string {
  try {
    // Caps Lock changes nothing.
    return keys.find(({ key }) => key === pressed.toLowerCase())?.act(reach) ?? "";
  } catch (error) {
    // Time can go no further: the key asked for what cannot be, and the mock goes on.
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/** A line for each key. */
export function keysHelp(): string {
  return keys.map(({ key, does }) => `  ${key}  ${does}`).join("\n");
}

function endCrawls(mock: Reach["mock"], outcome: "succeeded" | "failed"): string {
  return crawlsEnded(mock.crawls.end(outcome)) || "nothing to end: no crawl is running";
}

function moveAMinute(mock: Reach["mock"]): string {
  const ended = crawlsEnded(mock.clock.advance(minuteMs));
  return `a minute on: ${timeOf(mock)}${ended && `; ${ended}`}`;
}

function pauseOrResume(mock: Reach["mock"]): string {
  if (mock.clock.running) mock.clock.freeze();
  else mock.clock.resume();
  return timeOf(mock);
}

function startAgain(mock: Reach["mock"]): string {
  mock.reset();
  return `all is as at the start; ${timeOf(mock)}`;
}

function showJournal({ mock, columns, colours }: Reach): string {
  const entries = mock.journal.entries();
  if (entries.length === 0) return "no organization has had an answer yet";
  return journalTable(entries.slice(-newestEntries), columns, colours);
}

/** Numbers only: the log has had a line for each, with the widget and its status. */
function crawlsEnded(happenings: readonly Happening[]): string {
  const count = (type: Happening["type"]) => happenings.filter((happening) => happening.type === type).length;
  const [succeeded, failed] = [count("crawl.succeeded"), count("crawl.failed")];
  const crawls = (number: number) => (number === 1 ? "1 crawl" : `${number} crawls`);
  if (failed === 0) return succeeded === 0 ? "" : `${crawls(succeeded)} succeeded`;
  return succeeded === 0 ? `${crawls(failed)} failed` : `${crawls(succeeded)} succeeded, ${failed} failed`;
}

function timeOf({ clock }: Reach["mock"]): string {
  const now = new Date(clock.now()).toISOString().replace(/\.\d+/, "");
  return clock.running ? `the clock runs from ${now} on` : `the clock stands at ${now}`;
}
