import { useEffect, useMemo, useState } from "preact/hooks";
import { apiDocument } from "../data/api-document.ts";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { timeOfDay } from "../data/format.ts";
import { epoch, onEvents } from "../data/live.ts";
import { linkTo, route } from "../data/route.ts";
import { apiKey, controlToken } from "../data/session.ts";
import { Empty, ErrorNote, StatusCode } from "../parts/basics.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { RequestDetail } from "./request-detail.tsx";
import { RequestFilter, readFilter } from "./request-filter.tsx";
import { VerifyDialog } from "./verify-dialog.tsx";

type Entry = ControlSchemas["JournalEntry"];

/** More requests are not kept in the page; the mock has them. */
const maxEntries = 5000;
const firstEntries = 500;

const columns = [
  { title: "Time" },
  { title: "Status" },
  { title: "Request" },
  { title: "Operation", isWide: true },
  { title: "Organization", isWide: true },
  { title: "Assumed", isWide: true },
];

/** The journal, live: the newest request first. */
export function RequestsView({ item }: { readonly item: string | undefined }) {
  const { entries, error, reload } = useJournal(route.value.query);
  const [isVerifying, setVerifying] = useState(false);
  const newest = entries.length - 1;
  return (
    <div class={`split ${item === undefined ? "" : "has-detail"}`}>
      <div class="list">
        <header class="section-head">
          <h1>Requests</h1>
          <span class="dim">{entries.length > 0 && `${entries.length.toLocaleString("en")} shown`}</span>
          <div class="actions">
            <button type="button" onClick={() => setVerifying(true)}>
              Verify…
            </button>
          </div>
        </header>
        <RequestFilter />
        <ErrorNote error={error} retry={reload} />
        {entries.length === 0 && !error ? (
          <NoRequests />
        ) : (
          <VirtualTable
            label="Requests"
            name="requests"
            columns={columns}
            count={entries.length}
            keyOf={(index) => entries[newest - index]?.request_id ?? index}
            current={item}
            row={(index) => <RequestRow entry={entries[newest - index]} current={item} />}
          />
        )}
      </div>
      {item !== undefined && <RequestDetail id={item} />}
      {isVerifying && <VerifyDialog close={() => setVerifying(false)} />}
    </div>
  );
}

function RequestRow({ entry, current }: { readonly entry: Entry | undefined; readonly current: string | undefined }) {
  if (!entry) return null;
  const { request_id: id, at, status, method, path, operation, organization, assumed, code, faults } = entry;
  return (
    <>
      <div role="cell" class="num">
        {timeOfDay(at)}
      </div>
      <div role="cell">
        <StatusCode status={status} />
      </div>
      <div role="cell" class="cut">
        <a href={requestLink(id)} aria-current={id === current ? "true" : undefined}>
          <span class="method">{method}</span> {path}
        </a>
      </div>
      <div role="cell" class="cut wide">
        {operation} {code && <code>{code}</code>} {faults && <span class="badge badge-bad">fault</span>}
      </div>
      <div role="cell" class="cut dim wide">
        {organization}
      </div>
      <div role="cell" class="num dim wide">
        {assumed.length || ""}
      </div>
    </>
  );
}

/** The filter stays when a request is opened. */
function requestLink(id: string): string {
  return linkTo("requests", id, Object.fromEntries(route.value.query));
}

function NoRequests() {
  if (route.value.query.size > 0) {
    return (
      <Empty title="No recorded request matches the filter.">
        <a href={linkTo("requests")}>Show all requests</a>
      </Empty>
    );
  }
  return (
    <Empty title="No requests yet.">
      <p>Send one with your client, or create a widget here. It shows up at once.</p>
      <a class="button" href={linkTo("create")}>
        Create a widget
      </a>
    </Empty>
  );
}

/** Requests that may match by their body are loaded again no more often than this. */
const pauseMs = 400;

/** The latest requests that match, and those that come after them. */
function useJournal(query: URLSearchParams) {
  const [state, setState] = useState<{ readonly entries: readonly Entry[]; readonly error?: Error }>({ entries: [] });
  const filter = useMemo(() => readFilter(query), [query.toString()]);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    let isLoaded = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let missed: Entry[] = [];
    const load = () => {
      timer = undefined;
      dataOf(control.GET("/_mock/requests", { params: { query: { ...filter.query, limit: firstEntries } } })).then(
        ({ requests }) => {
          isLoaded = true;
          if (isCurrent) setState({ entries: append(requests, missed) });
          missed = [];
        },
        (error: Error) => isCurrent && setState(({ entries }) => ({ entries, error })),
      );
    };
    const stop = onEvents((events) => {
      const added = events.filter((event) => event.type === "request.answered").filter(filter.matches);
      if (added.length === 0) return;
      // Only the mock knows the bodies.
      if (filter.query.body !== undefined) timer ??= setTimeout(load, pauseMs);
      else if (isLoaded) setState(({ entries }) => ({ entries: append(entries, added) }));
      else missed.push(...added);
    });
    load();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      stop();
    };
  }, [filter, attempt, epoch.value, apiKey.value, controlToken.value, apiDocument.value]);
  return { ...state, reload: () => setAttempt((count) => count + 1) };
}

/** Adds what is new; a request can be in the list that was loaded and in the stream too. */
function append(entries: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  const recent = new Set(entries.slice(-firstEntries).map(({ request_id: id }) => id));
  return [...entries, ...added.filter(({ request_id: id }) => !recent.has(id))].slice(-maxEntries);
}
