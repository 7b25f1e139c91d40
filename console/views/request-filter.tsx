import { apiDocument } from "../data/api-document.ts";
import type { ControlSchemas } from "../data/client.ts";
import { goTo, route } from "../data/route.ts";

/** What the mock filters by. */
interface JournalQuery {
  operation?: string;
  status?: number;
  widget?: string;
  rule?: string;
  body?: string;
}

/** A filter of requests: for the mock, and for what the stream sends afterwards. */
export interface JournalFilter {
  readonly query: JournalQuery;
  /** Leaves the body out, which the stream has not. */
  readonly matches: (entry: ControlSchemas["JournalEntry"]) => boolean;
}

/** Reads the filter from the address. */
export function readFilter(parameters: URLSearchParams): JournalFilter {
  const query: JournalQuery = {};
  for (const name of ["operation", "widget", "rule", "body"] as const) {
    const value = parameters.get(name);
    if (value) query[name] = value;
  }
  const status = Number(parameters.get("status"));
  if (status) query.status = status;
  const { operation, widget, rule } = query;
  const matches: JournalFilter["matches"] = (entry) =>
    (operation === undefined || entry.operation === operation) &&
    (query.status === undefined || entry.status === query.status) &&
    (widget === undefined || entry.path.includes(widget)) &&
    (rule === undefined || entry.rule === rule || entry.assumed.includes(rule));
  return { query, matches };
}

/** The form of the filter. It is in the address, so that a view can be linked to. */
export function RequestFilter() {
  const { query, item } = route.value;
  const apply = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = [...form].map(([name, value]) => [name, String(value).trim()] as const);
    goTo("requests", item, Object.fromEntries(given.filter(([, value]) => value !== "")));
  };
  const text = (name: string) => query.get(name) ?? "";
  return (
    <form class="filter" role="search" aria-label="Filter" key={query.toString()} onSubmit={apply} onChange={apply}>
      <label>
        Operation
        <select name="operation">
          <option value="">any</option>
          {operationIds().map((id) => (
            <option key={id} selected={id === text("operation")}>
              {id}
            </option>
          ))}
        </select>
      </label>
      <label>
        Status
        <input name="status" type="number" min={0} max={599} defaultValue={text("status")} placeholder="any" />
      </label>
      <label>
        Widget
        <input name="widget" defaultValue={text("widget")} placeholder="wgt_…" spellcheck={false} />
      </label>
      <label>
        Rule
        <input name="rule" defaultValue={text("rule")} placeholder="A-LIST-2" spellcheck={false} />
      </label>
      <label>
        Body has
        <input name="body" defaultValue={text("body")} placeholder="name=Bakery" spellcheck={false} />
      </label>
      {query.size > 0 && (
        <button type="button" class="quiet" onClick={() => goTo("requests", item)}>
          Clear
        </button>
      )}
    </form>
  );
}

/** The ids of the API's operations. */
export function operationIds(): string[] {
  const paths = Object.values(apiDocument.value?.paths ?? {});
  return paths.flatMap(({ get, post, put, patch, delete: remove }) =>
    [get, post, put, patch, remove].flatMap((operation) => (operation ? [operation.operationId] : [])),
  );
}
