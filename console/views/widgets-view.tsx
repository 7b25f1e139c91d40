import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { counted, dateAndTime, relativeTime } from "../data/format.ts";
import { shownNow } from "../data/mock-state.ts";
import { useResource } from "../data/resource.ts";
import { goTo, linkTo, route } from "../data/route.ts";
import { Badge, Empty, ErrorNote } from "../parts/basics.tsx";
import { NextText } from "../parts/next-text.tsx";
import { type RowRange, VirtualTable } from "../parts/virtual-table.tsx";

import { WidgetDetail } from "./widget-detail.tsx";

type WidgetSummary = ControlSchemas["WidgetSummary"];

/** Rows that are loaded at a time: those that are drawn, and no others. */
const step = 50;

const columns = [
  { title: "Status" },
  { title: "Name" },
  { title: "Site", isWide: true },
  { title: "Last crawl", isWide: true },
  { title: "Next" },
];

/** The widgets, live, or one of them. */
export function WidgetsView({ item }: { readonly item: string | undefined }) {
  return item === undefined ? <WidgetList /> : <WidgetDetail id={item} />;
}

/** The newest first. */
function WidgetList() {
  const filter = filterOf(route.value.query);
  const [range, setRange] = useState<RowRange>({ start: 0, end: step });
  const offset = Math.floor(range.start / step) * step;
  const limit = Math.ceil((range.end - offset) / step) * step || step;
  const { data, error, reload } = useResource(
    () =>
      dataOf(control.GET("/_mock/widgets", { params: { query: { ...filter, offset, limit } } })).then((page) => ({
        ...page,
        offset,
      })),
    [offset, limit, route.value.query.toString()],
    { isStaleAfter: changesWidgets },
  );
  const rowAt = (index: number) => data?.widgets[index - data.offset];
  return (
    <div class="list">
      <header class="section-head">
        <h1>Widgets</h1>
        <span class="dim">{data && counted(data.total, "widget")}</span>
        <div class="actions">
          <a class="button primary" href={linkTo("create")}>
            Create a widget
          </a>
        </div>
      </header>
      <WidgetFilter />
      <ErrorNote error={error} retry={reload} />
      {data?.total === 0 ? (
        <NoWidgets />
      ) : (
        <VirtualTable
          label="Widgets"
          name="widgets"
          columns={columns}
          count={data?.total ?? 0}
          onRange={setRange}
          row={(index) => <WidgetRow widget={rowAt(index)} />}
        />
      )}
    </div>
  );
}

/** Reads change nothing, unless they end a crawl, and then the crawl is an event of its own. */
function changesWidgets(event: { readonly type: string; readonly method?: string }): boolean {
  return event.type !== "request.answered" || event.method !== "GET";
}

function filterOf(query: URLSearchParams): { status?: string; text?: string } {
  const [status, text] = [query.get("status"), query.get("text")];
  return { ...(status && { status }), ...(text && { text }) };
}

function WidgetRow({ widget }: { readonly widget: WidgetSummary | undefined }) {
  if (!widget)
    return (
      <div role="cell" class="dim">
        …
      </div>
    );
  const { id, status, name, site_url: site, next, organization } = widget;
  return (
    <>
      <div role="cell">
        <Badge text={status} />
      </div>
      <div role="cell" class="cut">
        <a href={linkTo("widgets", id)} title={`${id} of ${organization}`}>
          {name || id}
        </a>
      </div>
      <div role="cell" class="cut dim wide">
        {site}
      </div>
      <div role="cell" class="cut wide">
        <LastCrawl widget={widget} />
      </div>
      <div role="cell" class="cut">
        {next && <NextText next={next} />}
      </div>
    </>
  );
}

/** How the last crawl of a widget went. */
export function LastCrawl({ widget: { last_crawl: crawl } }: { readonly widget: WidgetSummary }) {
  const { finished_at: finished, error, pages, reads_left: reads } = crawl;
  if (finished === undefined) {
    return (
      <>
        <Badge text="running" /> {reads !== undefined && <span class="dim">{counted(reads, "read")} left</span>}
      </>
    );
  }
  return (
    <>
      <Badge text={error === undefined ? "succeeded" : "failed"} />{" "}
      <span class="dim" title={`${dateAndTime(finished)} ${error ?? ""}`}>
        {relativeTime(finished, shownNow())} {error ?? (pages !== undefined && counted(pages, "page"))}
      </span>
    </>
  );
}

function WidgetFilter() {
  const { query } = route.value;
  const apply = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = [...form].map(([name, value]) => [name, String(value).trim()] as const);
    goTo("widgets", undefined, Object.fromEntries(given.filter(([, value]) => value !== "")));
  };
  return (
    <form class="filter" role="search" aria-label="Filter" key={query.toString()} onSubmit={apply} onChange={apply}>
      <label>
        Status
        <select name="status">
          <option value="">any</option>
          {["draft", "active", "paused"].map((status) => (
            <option key={status} selected={status === query.get("status")}>
              {status}
            </option>
          ))}
        </select>
      </label>
      <label>
        Text
        <input name="text" type="search" defaultValue={query.get("text") ?? ""} placeholder="id, name or site" />
      </label>
      {query.size > 0 && (
        <button type="button" class="quiet" onClick={() => goTo("widgets")}>
          Clear
        </button>
      )}
    </form>
  );
}

function NoWidgets() {
  if (route.value.query.size > 0) {
    return (
      <Empty title="No widget matches the filter.">
        <a href={linkTo("widgets")}>Show all widgets</a>
      </Empty>
    );
  }
  return (
    <Empty title="No widgets yet.">
      <p>
        Create one here or with your client, or start with a scenario that has some:{" "}
        <a href={linkTo("worlds")}>Worlds</a>.
      </p>
    </Empty>
  );
}
