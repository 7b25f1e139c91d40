import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readGolden } from "../golden/golden.test-helper.ts";
import type { Exchange } from "../history/exchange.ts";
import type { Pass, Purpose, RunRecord } from "../history/record.ts";
import type { Script } from "../plan/script.ts";
import { judgeRecord } from "./judge-record.ts";

const { history } = readGolden("mutants/GET-1/missing-is-kept-by-path.jsonl");

/** What a script saw of its widget: whether another organization had asked before, and whether its own read found it. */
interface Seen {
  readonly script: string;
  readonly isAskedByOther: boolean;
  readonly found: boolean;
}

function passOf(purpose: Purpose, seen: readonly Seen[]): Pass {
  let n = 0;
  const exchanges = seen.flatMap(({ script, isAskedByOther, found }): Exchange[] => {
    const exchange = (by: string, operation: string, status: number): Exchange => {
      n++;
      const [began, ended] = [2 * n, 2 * n + 1];
      const body = { id: `wgt_${script}`, name: "A", status: operation === "createWidget" ? "draft" : "active" };
      return {
        ...{ n, operation, widget: script, caller: by === script ? "own" : "other" },
        ...{ t0: began, t1: ended, began, ended, origin: { lane: "parallel", script: by, step: 0 } },
        request: { method: operation === "getWidget" ? "GET" : "PATCH", path: `/${script}`, body: { name: "A" } },
        response: { status, headers: {}, body: status < 300 ? body : {} },
      };
    };
    return [
      exchange(script, "createWidget", 201),
      exchange(script, "getWidget", 200),
      ...(isAskedByOther ? [exchange("foreign", "updateWidget", 404)] : []),
      exchange(script, "getWidget", found ? 200 : 404),
    ];
  });
  const scripts = seen.map(({ script }): Script => {
    const [copyOf = ""] = script.split("~");
    return { id: script, lane: "parallel", steps: [], ...(copyOf === script ? {} : { copyOf }) };
  });
  const foreign: Script = { id: "foreign", lane: "foreign", steps: [] };
  return {
    purpose,
    plan: { scripts: [...scripts, foreign] },
    history: { ...history, walks: [], waits: [], exchanges },
  };
}

function reproducedBy(...again: readonly Seen[]) {
  const look = passOf("explore", [{ script: "one", isAskedByOther: true, found: false }]);
  const record = { passes: [look, passOf("reproduce", again)], means: {} } as unknown as RunRecord;
  const { verdict, reproduced } = judgeRecord(publishedDocument, record).find(({ rule }) => rule === "GET-1") ?? {};
  return { verdict, reproduced };
}

test("a copy that nobody else did anything to is no try of what was seen after others did something", () => {
  const shown = { script: "one~1", isAskedByOther: true, found: false };
  const alone = { script: "one~2", isAskedByOther: false, found: true };
  expect(reproducedBy(shown, alone)).toEqual({ verdict: "inconclusive", reproduced: { times: 0, of: 0 } });
  expect(reproducedBy(shown, { ...alone, isAskedByOther: true }).reproduced).toEqual({ times: 1, of: 2 });
  expect(reproducedBy(shown, { ...alone, found: false })).toEqual({
    verdict: "fail",
    reproduced: { times: 2, of: 2 },
  });
});

test("a draft that was active before is sure on three widgets, though copies of their scripts read it at other moments", () => {
  expect(draftsOn(3, 20_000)).toEqual({ verdict: "fail", reproduced: { times: 3, of: 3 } });
  expect(draftsOn(2, 20_000).verdict).toBe("inconclusive");
  // Reads may lag by some seconds.
  expect(draftsOn(3, 2000).verdict).toBe("inconclusive");
});

/** What is told where so many widgets were drafts so long after they were active, and a copy of the first one was not. */
function draftsOn(widgets: number, afterMs: number) {
  const shown = Array.from({ length: widgets }, (_, n) => `w${n}`);
  const seenAs = (statuses: readonly string[], script: string) => ({ script, statuses });
  const look = readsPass(
    "explore",
    shown.map((script) => seenAs(["active", "draft", "active"], script)),
    afterMs,
  );
  const again = readsPass("reproduce", [seenAs(["active", "active", "active"], "w0~1")], afterMs);
  const record = { passes: [look, again], means: {} } as unknown as RunRecord;
  const { verdict, reproduced } = judgeRecord(publishedDocument, record).find(({ rule }) => rule === "LIFE-4") ?? {};
  return { verdict, reproduced };
}

/** A pass in which widgets were created and read, so many milliseconds apart, with a status each time. */
function readsPass(
  purpose: Purpose,
  widgets: readonly { readonly script: string; readonly statuses: readonly string[] }[],
  afterMs: number,
): Pass {
  let n = 0;
  const exchanges = widgets.flatMap(({ script, statuses }) =>
    ["draft", ...statuses].map((status, step): Exchange => {
      n++;
      const [operation, method] = step === 0 ? ["createWidget", "POST"] : ["getWidget", "GET"];
      return {
        ...{ n, operation, widget: script, caller: "own", origin: { lane: "parallel", script, step } },
        ...{ t0: step * afterMs, t1: step * afterMs + 1, began: 2 * n, ended: 2 * n + 1 },
        request: { method, path: `/${script}`, body: { name: "A" } },
        response: { status: step === 0 ? 201 : 200, headers: {}, body: { id: `wgt_${script}`, name: "A", status } },
      };
    }),
  );
  const scripts = widgets.map(({ script }): Script => {
    const [copyOf = ""] = script.split("~");
    return { id: script, lane: "parallel", steps: [], ...(copyOf === script ? {} : { copyOf }) };
  });
  return { purpose, plan: { scripts }, history: { ...history, walks: [], waits: [], exchanges } };
}
