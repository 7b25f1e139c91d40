import { useEffect, useState } from "preact/hooks";
import { apiDocument } from "../data/api-document.ts";
import { type ControlSchemas, control, dataOf, RequestError } from "../data/client.ts";
import { counted, dateAndTime } from "../data/format.ts";
import type { LiveEvent } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { apiKey } from "../data/session.ts";
import { Badge, CopyButton, ErrorNote, Fact, Facts, Panel, TextBlock } from "../parts/basics.tsx";
import { LifecycleDiagram } from "../parts/lifecycle-diagram.tsx";
import { NextText } from "../parts/next-text.tsx";
import { PatchEditor } from "../parts/patch-editor.tsx";
import { WidgetOperations } from "../parts/widget-operations.tsx";
import { WidgetTimeline } from "../parts/widget-timeline.tsx";
import { openWorldDialog } from "../world-dialog.tsx";

type Inspection = ControlSchemas["Inspection"];

/** The events that concern a widget. */
function concerns(id: string): (event: LiveEvent) => boolean {
  return (event) => (event.type === "request.answered" ? event.path.includes(id) : event.widget === id);
}

/** One widget: where it is in its life cycle, what can be done with it, what is behind it, and its history. */
export function WidgetDetail({ id }: { readonly id: string }) {
  const { data, error, reload } = useResource(
    () => dataOf(control.GET("/_mock/widgets/{id}", { params: { path: { id } } })),
    [id],
    { isStaleAfter: concerns(id) },
  );
  const lifecycle = apiDocument.value?.["x-lifecycle"];
  if (!data) {
    return (
      <>
        <Back />
        <ErrorNote error={error} retry={reload} />
        <OtherWorld error={error} />
      </>
    );
  }
  const { state, widget } = data;
  const { name, status, site_url: site } = textsOf(widget);
  return (
    <>
      <Back />
      <header class="section-head">
        <h1 class="cut">{name || id}</h1>
        <Badge text={status || state} />
        <code class="dim">{id}</code>
        {widget && <CopyButton label="Copy id" text={id} />}
        {widget && (
          <a class="button" href={`../demo/${id}`}>
            Demo site
          </a>
        )}
      </header>
      <ErrorNote error={error} retry={reload} />
      <OtherWorld error={error} />
      <div class="columns">
        <div>
          <Panel title="Life cycle">
            {lifecycle && <LifecycleDiagram lifecycle={lifecycle} current={state} />}
            {lifecycle && <WidgetOperations id={id} state={state} lifecycle={lifecycle} />}
          </Panel>
          <Panel title="Timeline">
            <WidgetTimeline id={id} isStaleAfter={concerns(id)} />
          </Panel>
        </div>
        <div>
          <Facts>
            <Fact name="Site">{site}</Fact>
            <Fact name="Organization">{data.organization}</Fact>
            <Fact name="Next">{data.next && <NextText next={data.next} />}</Fact>
          </Facts>
          {widget && (
            <Panel title="Widget" actions={<CopyButton label="Copy" text={JSON.stringify(widget, null, 2)} />}>
              <TextBlock label="The widget as JSON" text={JSON.stringify(widget, null, 2)} />
              <PatchEditor id={id} />
            </Panel>
          )}
          <Behind inspection={data} />
        </div>
      </div>
    </>
  );
}

/** A widget of another organization is not found with the key of the world that is shown. */
function OtherWorld({ error }: { readonly error: Error | undefined }) {
  if (apiKey.value === "" || !(error instanceof RequestError) || error.status !== 404) return null;
  return (
    <p>
      It may belong to another organization than the key {apiKey.value} does.{" "}
      <button type="button" onClick={() => void openWorldDialog()}>
        Switch the key
      </button>
    </p>
  );
}

function Back() {
  return (
    <p>
      <a href={linkTo("widgets")}>← Widgets</a>
    </p>
  );
}

function textsOf(widget: object | undefined): { readonly [member: string]: string } {
  const texts = Object.entries(widget ?? {}).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts);
}

/** What belongs to the widget and is not visible in the API. */
function Behind({ inspection }: { readonly inspection: Inspection }) {
  const { pages, conversations, domains, tools, usage_records: usage } = inspection;
  return (
    <Panel title="Behind the widget">
      <Part title={counted(pages.length, "page")}>
        {pages.map(({ url, title, text }) => (
          <li key={url}>
            {title} <span class="dim">{url}</span>
            <div class="dim cut" title={text}>
              {text}
            </div>
          </li>
        ))}
      </Part>
      <Part title={counted(conversations.length, "conversation")}>
        {conversations.map((conversation, index) => (
          <li key={String(index)}>
            <TextBlock label={`Conversation ${index + 1}`} text={JSON.stringify(conversation, null, 2)} />
          </li>
        ))}
      </Part>
      <Part title={`${counted(domains.length, "domain")} on the allowlist`}>
        {domains.map((domain) => (
          <li key={domain}>{domain}</li>
        ))}
      </Part>
      <Part title={counted(tools.length, "tool")}>
        {tools.map((tool) => (
          <li key={tool.name}>
            <code>{tool.name}</code> {tool.description}
          </li>
        ))}
      </Part>
      <Part title={counted(usage.length, "usage record")}>
        {usage.map(({ at, kind, quantity }, index) => (
          <li key={String(index)}>
            <span class="dim">{dateAndTime(at)}</span> {kind} × {quantity}
          </li>
        ))}
      </Part>
    </Panel>
  );
}

/** More entries of a part are shown on demand. */
const firstShown = 20;

function Part({ title, children }: { readonly title: string; readonly children: readonly preact.JSX.Element[] }) {
  const [isOpen, setOpen] = useState(false);
  const [count, setCount] = useState(firstShown);
  useEffect(() => setCount(firstShown), [isOpen]);
  return (
    <details class="part" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && (
        <ul class="plain">
          {children.slice(0, count)}
          {children.length > count && (
            <li>
              <button type="button" onClick={() => setCount(count + 100)}>
                Show more
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}
