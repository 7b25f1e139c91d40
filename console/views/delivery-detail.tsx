import { useEffect, useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { dateAndTime, prettyJson } from "../data/format.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { checkSignature, type SignatureCheck } from "../data/signature.ts";
import { ActionButton, Badge, CopyButton, Empty, Fact, Facts, Panel, StatusCode, TextBlock } from "../parts/basics.tsx";
import { NextText } from "../parts/next-text.tsx";

type Delivery = ControlSchemas["Delivery"];
type Attempt = ControlSchemas["Attempt"];
type Endpoint = ControlSchemas["Endpoint"];

/** One delivery: why it was sent, each attempt with what was signed, and when the next one comes. */
export function DeliveryDetail({
  id,
  delivery,
  endpoint,
  reload,
}: {
  readonly id: string;
  readonly delivery: Delivery | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly reload: () => void;
}) {
  const resend = async () => {
    await dataOf(control.POST("/_mock/deliveries/{delivery_id}/resend", { params: { path: { delivery_id: id } } }));
    reload();
  };
  return (
    <aside class="detail" aria-label="Delivery">
      <header class="section-head">
        <h1 class="cut detail-title">{id}</h1>
        <a class="button quiet" href={linkTo("webhooks")}>
          Close
        </a>
      </header>
      {delivery ? (
        <>
          <div class="actions">
            <ActionButton act={resend}>Resend</ActionButton>
            <CopyButton label="Copy body" text={delivery.body} />
          </div>
          <DeliveryFacts delivery={delivery} endpoint={endpoint} />
          <Panel title="Attempts">
            {delivery.attempts.length === 0 && <p class="dim">None yet.</p>}
            {delivery.attempts.map((attempt, index) => (
              <AttemptView
                key={`${index}${attempt.at}`}
                number={index + 1}
                attempt={attempt}
                delivery={delivery}
                endpoint={endpoint}
              />
            ))}
          </Panel>
          <Panel title="Body">
            <TextBlock label="Body of the event" text={prettyJson(delivery.body)} />
          </Panel>
        </>
      ) : (
        <Empty title="There is no such delivery, or it is no longer kept." />
      )}
    </aside>
  );
}

const stateTexts: { readonly [state: string]: string } = {
  pending: "It is tried again until it is delivered, ten times at most.",
  failed: "Every attempt failed; nothing comes any more, unless you resend it.",
  dropped: "The endpoint has the delivery fault drop: nothing was sent.",
  cancelled: "The endpoint was disabled by a 410, or the widget was deleted.",
};

function DeliveryFacts({
  delivery,
  endpoint,
}: {
  readonly delivery: Delivery;
  readonly endpoint: Endpoint | undefined;
}) {
  const { state, event, widget, trace, attempts } = delivery;
  const { data } = useResource(() => dataOf(control.GET("/_mock/clock/agenda")), [delivery.id, attempts.length, state]);
  const next = data?.due.find((due) => due.delivery === delivery.id);
  return (
    <Facts>
      <Fact name="State">
        <Badge text={state} /> <span class="dim">{stateTexts[state]}</span>
      </Fact>
      <Fact name="Event">{event}</Fact>
      <Fact name="Widget">
        <a href={linkTo("widgets", widget)}>{widget}</a>
      </Fact>
      <Fact name="Caused by">
        <a href={linkTo("requests", trace)}>{trace}</a>
      </Fact>
      <Fact name="Endpoint">
        {endpoint ? `${endpoint.url}${endpoint.enabled ? "" : " (disabled by a 410)"}` : "removed"}
      </Fact>
      <Fact name="Next attempt">
        {next && (
          <>
            <NextText next={next} /> <a href={linkTo("time")}>advance the clock</a>
          </>
        )}
      </Fact>
    </Facts>
  );
}

function AttemptView({
  number,
  attempt,
  delivery,
  endpoint,
}: {
  readonly number: number;
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  readonly endpoint: Endpoint | undefined;
}) {
  const { at, status, error, response, durationMs, headers, retryAfterSeconds } = attempt;
  return (
    <details class="attempt" open={number === delivery.attempts.length}>
      <summary>
        Attempt {number} · {dateAndTime(at)} ·{" "}
        {status === undefined ? <span class="code-bad">no answer</span> : <StatusCode status={status} />}{" "}
        <span class="dim">{Math.round(durationMs)} ms</span>
      </summary>
      {error && <p class="error">{error}</p>}
      {Boolean(retryAfterSeconds) && <p class="dim">The receiver asked to wait {retryAfterSeconds} s.</p>}
      {response && <TextBlock label={`Answer to attempt ${number}`} text={response} />}
      <dl class="headers">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
      {endpoint?.secret !== undefined && <Signature attempt={attempt} body={delivery.body} secret={endpoint.secret} />}
    </details>
  );
}

function Signature({
  attempt,
  body,
  secret,
}: {
  readonly attempt: Attempt;
  readonly body: string;
  readonly secret: string;
}) {
  const [check, setCheck] = useState<SignatureCheck | undefined>(undefined);
  useEffect(() => void checkSignature(attempt, { body, secret }).then(setCheck), [attempt, body, secret]);
  if (!check) return null;
  const { base, sent, expected } = check;
  const isRight = expected !== undefined && sent.split(" ").includes(expected);
  return (
    <>
      <p>
        {expected === undefined &&
          "The signature cannot be computed here: the browser allows it on localhost and HTTPS only."}
        {isRight &&
          "The signature is that of the endpoint's secret. If yours does not verify, compare what you sign with this:"}
        {expected !== undefined && !isRight && (
          <>
            <Badge text="wrong signature" kind="failed" /> The endpoint's secret gives <code>{expected}</code>: it was
            signed with another secret, as the delivery fault corruptSignature does.
          </>
        )}
      </p>
      <Facts>
        <Fact name="Secret">
          <code>{secret}</code>
        </Fact>
      </Facts>
      <TextBlock label="Signature base string" text={base} />
    </>
  );
}
