import { ruleOf } from "../data/api-document.ts";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { dateAndTime, prettyJson } from "../data/format.ts";
import { canReplay, curlOf, replay } from "../data/replay.ts";
import { useResource } from "../data/resource.ts";
import { goTo, linkTo, route } from "../data/route.ts";
import {
  ActionButton,
  CopyButton,
  ErrorNote,
  Fact,
  Facts,
  Panel,
  Prose,
  RuleLink,
  StatusCode,
  TextBlock,
} from "../parts/basics.tsx";
import { HappeningList } from "../parts/happening-list.tsx";
import { hasKey } from "../world-dialog.tsx";

/** One request: what was sent, what came back, what that rests on, and what followed. */
export function RequestDetail({ id }: { readonly id: string }) {
  const { data, error, reload } = useResource(
    () => dataOf(control.GET("/_mock/traces/{request_id}", { params: { path: { request_id: id } } })),
    [id],
    { isStaleAfter: (event) => "trace" in event && event.trace === id },
  );
  return (
    <aside class="detail" aria-label="Request">
      <header class="section-head">
        <h1 class="cut detail-title">{id}</h1>
        <a class="button quiet" href={linkTo("requests", undefined, Object.fromEntries(route.value.query))}>
          Close
        </a>
      </header>
      <ErrorNote error={error} retry={reload} />
      {data?.request && <Recorded request={data.request} />}
      {data && data.happened.length > 0 && (
        <Panel title="What followed">
          <HappeningList happened={data.happened} />
        </Panel>
      )}
    </aside>
  );
}

function Recorded({ request }: { readonly request: ControlSchemas["RecordedRequest"] }) {
  const { method, path, query = "", status, at, operation, organization, key, code, rule, widget } = request;
  const { faults = [], ignored = [] } = request;
  return (
    <>
      <p class="request-line">
        <span class="method">{method}</span> {path}
        {query} <StatusCode status={status} />
      </p>
      <RequestActions request={request} />
      <Facts>
        <Fact name="Time">{dateAndTime(at)}</Fact>
        <Fact name="Operation">{operation}</Fact>
        <Fact name="Organization">{organization && `${organization} ${key ?? ""}`}</Fact>
        <Fact name="Widget">{widget && <a href={linkTo("widgets", widget)}>{widget}</a>}</Fact>
        <Fact name="Error">{code && <code>{code}</code>}</Fact>
        <Fact name="By rule">{rule && <RuleLink id={rule} />}</Fact>
        <Fact name="Faults">{faults.length > 0 && <a href={linkTo("faults")}>{faults.join(", ")}</a>}</Fact>
        <Fact name="Ignored parameters">{ignored.join(", ")}</Fact>
      </Facts>
      <Message title="Request" message={request.request} />
      <Message title="Response" message={request.response} />
      {request.assumed.length > 0 && (
        <Panel title="Rests on assumptions">
          <ul class="plain">
            {request.assumed.map((id) => (
              <li key={id}>
                <RuleLink id={id} /> <Prose text={ruleOf(id)?.says ?? ""} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function RequestActions({ request }: { readonly request: ControlSchemas["RecordedRequest"] }) {
  const sendAgain = async () => {
    const why = "To send the request again, its API key is needed: the journal does not keep keys.";
    if (!(await hasKey(why, ""))) return;
    const id = await replay(request);
    if (id !== undefined) goTo("requests", id);
  };
  return (
    <div class="actions">
      <CopyButton label="Copy as curl" text={curlOf(request)} />
      {canReplay(request) && <ActionButton act={sendAgain}>Replay</ActionButton>}
    </div>
  );
}

const missingTexts = {
  "too-large": "The body was larger than the mock accepts.",
  incomplete: "The body did not arrive whole.",
  streamed: "The body was a stream.",
};

function Message({
  title,
  message,
}: {
  readonly title: string;
  readonly message: ControlSchemas["RecordedMessage"] | undefined;
}) {
  if (!message) return null;
  const { headers, body, encoding, truncated, missing } = message;
  return (
    <Panel title={title} actions={body && <CopyButton label="Copy body" text={body} />}>
      <details>
        <summary>{headers.length} headers</summary>
        <dl class="headers">
          {headers.map(({ name, value }, index) => (
            <div key={`${index}${name}`}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {missing && <p class="dim">{missingTexts[missing]}</p>}
      {truncated?.body !== undefined && <p class="dim">Only the beginning is kept of {truncated.body} bytes.</p>}
      {encoding && <p class="dim">The body is not text; this is base64.</p>}
      {body && <TextBlock label={`Body of the ${title.toLowerCase()}`} text={prettyJson(body)} />}
    </Panel>
  );
}
