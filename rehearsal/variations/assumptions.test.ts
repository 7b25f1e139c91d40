import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { metIn } from "../met.ts";
import { planVariations, selectVariations } from "../plan.ts";
import { RunLog } from "../run/run-log.ts";
import { createVariations } from "./create-variations.ts";

const all = createVariations({ document: publishedDocument, slowCrawl: "2s", lateSeconds: 1, staleSeconds: 1 });

function planFor(status: string) {
  const log = new RunLog(publishedDocument);
  log.addExchange({
    ...{
      requestId: "req_1",
      method: "POST",
      path: "/api/v1/widgets/wgt_1/pause",
      search: "",
      operation: "pauseWidget",
    },
    ...{ status: 200, assumed: [], faults: [], idempotencyKey: undefined, replayed: false, requestBody: "" },
    responseBody: JSON.stringify({ id: "wgt_1", status }),
  });
  return planVariations(selectVariations(all, { only: ["A-ENUM-1"] }), metIn(log));
}

test("another word for paused matters to tests that saw it in the answer to a pause alone", () => {
  expect(planFor("paused")).toMatchObject([{ notApplicable: undefined }]);
  expect(planFor("active")).toMatchObject([{ notApplicable: "no answer showed a widget as paused" }]);
});
