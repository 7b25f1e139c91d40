import { expect, onTestFinished, test, vi } from "vitest";
import { mutants } from "../contract-tests/subjects/mutants.test-helper.ts";
import type { Mutant, Subject } from "../contract-tests/subjects/subject.test-helper.ts";
import { startTime } from "../contract-tests/subjects/target.test-helper.ts";
import { type User, userOf } from "../contract-tests/subjects/user.test-helper.ts";
import type { WatchedFinding } from "./judge-watched.ts";
import { serveSubject, untilTestEnds, watchStaging } from "./staging.test-helper.ts";

/** What a client that nobody planned does: it creates, waits, reads, lists, changes, and deletes at the end. */
async function plainTraffic(user: User, pauseMs: number): Promise<void> {
  const look = async (id: string) => {
    user.wait(pauseMs);
    await user.get(id);
    await user.entry(id);
  };
  const ids: string[] = [];
  for (const more of [{ persona: "You are Sam." }, { voice: "Aoede", domains: ["northwind.example"] }, {}]) {
    const { body } = await user.active({ name: `Widget ${ids.length}`, ...more });
    ids.push(String(body?.id));
  }
  for (const id of ids) {
    await look(id);
    const updates = [
      { persona: "You are Ann." },
      { theme: { primary: "#ff6600" } },
      { name: "Bakery", show_label: false },
    ];
    for (const body of updates) {
      await user.update(id, body);
      await look(id);
    }
    for (const act of [user.pause, user.resume, user.recrawl]) {
      await act(id);
      await look(id);
    }
    user.wait(60_000);
    await look(id);
  }
  await user.walk(1);
  await user.as("").walk();
  for (const id of ids) {
    await user.delete(id);
    await look(id);
  }
}

/** What uses a server: a plain client, once slowly and once without pauses; and what shows the bug, three times. */
const uses: readonly ((user: User, mutant: (typeof mutants)[number]) => Promise<void>)[] = [
  async (user) => {
    await plainTraffic(user, 3000);
    await plainTraffic(user, 0);
  },
  async (user, { shows }) => {
    for (let n = 0; n < 3; n++) await shows(user);
  },
];

/** Lets somebody use a server through two proxies: one that knows nothing, and one that is told that nobody else acts. */
async function findingsOf(mutant: (typeof mutants)[number], use: (typeof uses)[number]): Promise<WatchedFinding[][]> {
  let time = 1000;
  // Time passes as the client waits, and with each look at the clock.
  vi.spyOn(performance, "now").mockImplementation(() => ++time);
  onTestFinished(() => void vi.restoreAllMocks());
  const subject = untilTestEnds(mutant.build(startTime));
  const staging = untilTestEnds(await serveSubject(subject));
  const plain = untilTestEnds(await watchStaging(staging.url));
  const told = untilTestEnds(await watchStaging(plain.url, { isExclusive: true, isSeparate: true, readLagMs: 0 }));
  const through: Subject = {
    ...subject,
    advance: (ms) => {
      time += ms;
      subject.advance(ms);
    },
    fetch: async (request) => {
      const { url, method, headers, body } = request;
      const { pathname, search } = new URL(url);
      const sent = body ? await request.text() : undefined;
      return fetch(`${told.url}${pathname}${search}`, { method, headers, ...(sent ? { body: sent } : {}) });
    },
  };
  // What shows a bug may stumble over it.
  await use(userOf(through), mutant).catch(() => {});
  return [plain, told].map(({ watcher }) => watcher.passes().flatMap(({ findings }) => findings));
}

function outcomeOf(findings: readonly WatchedFinding[], { rule, alsoBreaks }: Mutant): string {
  const named = findings.filter(({ finding }) => finding.rule === rule || alsoBreaks.includes(finding.rule));
  if (named.some(({ doubt }) => !doubt)) return "violation";
  if (named.length > 0) return "possible";
  return findings.length > 0 ? "otherwise" : "";
}

const outcomes = new Map<string, readonly string[]>();

test.each(mutants)("$id", async (mutant) => {
  const row: string[] = [];
  for (const use of uses) for (const found of await findingsOf(mutant, use)) row.push(outcomeOf(found, mutant));
  outcomes.set(mutant.id, row);
});

// `npx vitest run --config vitest.verify.config.ts proxy/mutants.verify.ts -u` writes it anew.
test("the table of what watching sees is fresh", async ({ skip }) => {
  if (outcomes.size < mutants.length) skip("some were not tried");
  const rows = mutants.map(({ id, rule }) => `| ${[rule, id, ...(outcomes.get(id) ?? [])].join(" | ")} |`);
  const head = [
    "# What watching sees of servers with one bug each",
    "",
    "`violation`: named as one. `possible`: named, but somebody beside the proxy or a fault that passes may explain it. `otherwise`: something was found that has another name. Empty: nothing. “Told” is a proxy with `--exclusive --separate-organizations --read-lag 0s`.",
    "",
    "| Rule | Bug | A plain client | told | What shows the bug, three times | told |",
    "|---|---|---|---|---|---|",
  ];
  await expect([...head, ...rows, ""].join("\n")).toMatchFileSnapshot("mutants.md");
});
