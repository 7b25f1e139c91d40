import { useState } from "preact/hooks";
import type { Lifecycle } from "../../spec/generated/document-types.ts";
import { ruleOf } from "../data/api-document.ts";
import { control, dataOf } from "../data/client.ts";
import { refreshAll } from "../data/live.ts";
import { linkTo } from "../data/route.ts";
import { type SentAnswer, sendOperation, widgetOperations } from "../data/widget-actions.ts";
import { hasKey } from "../world-dialog.tsx";
import { ActionButton, Prose, RuleLink, StatusCode } from "./basics.tsx";

const whyKey =
  "A request to the API needs the key that the widget was created with, or another one of its organization.";

/** What can be done with a widget in its state, what is refused, and the rule that says so. */
export function WidgetOperations({
  id,
  state,
  lifecycle,
}: {
  readonly id: string;
  readonly state: string;
  readonly lifecycle: Lifecycle;
}) {
  const [answer, setAnswer] = useState<SentAnswer | undefined>(undefined);
  const send = (operation: string) => async () => {
    if (operation !== "startConversation" && !(await hasKey(whyKey, ""))) return;
    setAnswer(await sendOperation(operation, id));
    refreshAll();
  };
  const isCrawling = lifecycle.states[state]?.crawling;
  return (
    <>
      <ul class="plain operations">
        {widgetOperations.map((operation) => {
          const { to, code, rule } = lifecycle.operations[operation]?.[state] ?? {};
          return (
            <li key={operation}>
              <ActionButton act={send(operation)} class={code === undefined ? "allowed" : "refused"}>
                {operation}
              </ActionButton>
              <span>
                {code === undefined ? (
                  <span class="dim">{to === undefined ? "changes no state" : `to ${to}`}</span>
                ) : (
                  <>
                    refused: <code>{code}</code>
                  </>
                )}{" "}
                {rule && <RuleLink id={rule} />}{" "}
                <span class="dim">
                  <Prose text={(rule && ruleOf(rule)?.says) ?? ""} />
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      {answer && <Answer answer={answer} />}
      <CrawlControls id={id} isCrawling={isCrawling ?? false} isGone={state === "gone"} />
    </>
  );
}

function Answer({ answer: { status, code, detail, requestId } }: { readonly answer: SentAnswer }) {
  return (
    <p role="status" class="answer">
      <StatusCode status={status} /> {code && <code>{code}</code>} {detail}{" "}
      {requestId && <a href={linkTo("requests", requestId)}>{requestId}</a>}
    </p>
  );
}

function CrawlControls({
  id,
  isCrawling,
  isGone,
}: {
  readonly id: string;
  readonly isCrawling: boolean;
  readonly isGone: boolean;
}) {
  if (isGone) return null;
  const params = { path: { id } };
  const end = (outcome: "succeeded" | "failed") => async () => {
    const body = { outcome };
    await dataOf(
      isCrawling
        ? control.POST("/_mock/widgets/{id}/crawl", { params, body })
        : control.POST("/_mock/widgets/{id}/trigger", { params, body }),
    );
    refreshAll();
  };
  return (
    <div class="actions">
      <span class="dim">{isCrawling ? "Its crawl, without waiting:" : "A crawl at once, with its event:"}</span>
      <ActionButton act={end("succeeded")}>{isCrawling ? "End it well" : "Successful crawl"}</ActionButton>
      <ActionButton act={end("failed")}>{isCrawling ? "Make it fail" : "Failed crawl"}</ActionButton>
    </div>
  );
}
