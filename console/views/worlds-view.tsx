import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { counted, dateAndTime } from "../data/format.ts";
import { refreshAll } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { apiKey } from "../data/session.ts";
import { ActionButton, Empty, ErrorNote, Panel, useAction } from "../parts/basics.tsx";
import { QuotaList } from "../parts/quota-list.tsx";
import { openWorldDialog } from "../world-dialog.tsx";

/** Worlds change by requests of any kind, and some of it by no event. */
const pollMs = 5000;

/** Worlds that are listed; an admin finds others by their organizations. */
const maxListed = 200;

/** The worlds, what they can be reset to, and their snapshots. */
export function WorldsView() {
  return (
    <div class="page">
      <header class="section-head">
        <h1>Worlds</h1>
        <div class="actions">
          <button type="button" onClick={() => void openWorldDialog()}>
            Switch the key
          </button>
        </div>
      </header>
      <p class="dim">
        {apiKey.value ? `What follows affects the world of ${apiKey.value} only.` : "What follows affects every world."}
      </p>
      <WorldList />
      {apiKey.value && <Quotas />}
      <Scenarios />
      <CrawlMode />
      <Snapshots />
    </div>
  );
}

function WorldList() {
  const load = () => dataOf(control.GET("/_mock/worlds", { params: { query: { limit: maxListed } } }));
  const { data, error, reload } = useResource(load, [], { everyMs: pollMs });
  return (
    <Panel title={apiKey.value ? "This world" : "Every world"}>
      <ErrorNote error={error} retry={reload} />
      {data?.worlds.length === 0 && (
        <Empty title="No world exists yet.">
          <p>The first request with a key creates that of its organization.</p>
        </Empty>
      )}
      <ul class="plain">
        {data?.worlds.map(({ organization, widgets, requests, clock }) => (
          <li key={organization} class="actions">
            <code>{organization}</code> {counted(widgets, "widget")}, {counted(requests, "request")}
            <span class="dim">
              {dateAndTime(clock.now)}
              {!clock.running && ", frozen"}
            </span>
          </li>
        ))}
      </ul>
      {data && data.total > data.worlds.length && (
        <p class="dim">
          {data.worlds.length} of {counted(data.total, "world")} are shown; <code>widgets-mock ctl worlds</code> lists
          all.
        </p>
      )}
    </Panel>
  );
}

/** What the organization may use, where that is limited. */
function Quotas() {
  const { data, error, reload } = useResource(() => dataOf(control.GET("/_mock/usage")), [], { everyMs: pollMs });
  const limited = data?.quotas.filter(({ limit }) => limit !== undefined) ?? [];
  if (limited.length === 0) return <ErrorNote error={error} retry={reload} />;
  return (
    <Panel title="Quotas">
      <QuotaList quotas={limited} />
      <p class="dim">More than that is rejected with quota_reached. Whoever runs this mock can raise them.</p>
    </Panel>
  );
}

function Scenarios() {
  const { data, error, reload } = useResource(() => dataOf(control.GET("/_mock/scenarios")), []);
  const resetTo = (scenario: string) => async () => {
    await dataOf(control.POST("/_mock/reset", { body: { scenario } }));
    refreshAll();
  };
  return (
    <Panel title="Reset to a scenario">
      <ErrorNote error={error} retry={reload} />
      <ul class="plain scenarios">
        {data?.scenarios.map(({ name, description }) => (
          <li key={name}>
            <ActionButton act={resetTo(name)}>{name}</ActionButton> <span class="dim">{description}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function CrawlMode() {
  const { data } = useResource(() => dataOf(control.GET("/_mock/crawls")), []);
  const [mode, setMode] = useState<string | undefined>(undefined);
  const { run, isBusy, error } = useAction(async () => {
    await dataOf(control.PUT("/_mock/crawls", { body: { mode: mode ?? "" } }));
    refreshAll();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <Panel title="Crawls">
      <form class="filter" onSubmit={submit}>
        <label>
          Mode
          <input
            value={mode ?? data?.mode ?? ""}
            placeholder="2s, 30s-60s, reads:3, manual, immediate"
            onInput={(event) => setMode(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isBusy}>
          Set
        </button>
      </form>
      <ErrorNote error={error} />
    </Panel>
  );
}

function Snapshots() {
  const [note, setNote] = useState("");
  const exportNow = async () => {
    const snapshot = await dataOf(control.GET("/_mock/snapshot"));
    download(JSON.stringify(snapshot), "widgets-mock-snapshot.json");
  };
  const restore = async (file: File | undefined) => {
    if (!file) return;
    const snapshot = parseSnapshot(await file.text());
    await dataOf(control.PUT("/_mock/snapshot", { body: snapshot }));
    setNote(`Restored ${file.name}.`);
    refreshAll();
  };
  const [error, setError] = useState<Error | undefined>(undefined);
  const take = (file: File | undefined) => {
    setError(undefined);
    setNote("");
    restore(file).catch(setError);
  };
  return (
    <Panel title="Snapshot" actions={<ActionButton act={exportNow}>Export</ActionButton>}>
      <label class="drop" onDragOver={(event) => event.preventDefault()} onDrop={(event) => dropped(event, take)}>
        Drop a snapshot here to restore it, or choose the file
        <input type="file" accept="application/json,.json" onChange={(event) => take(event.currentTarget.files?.[0])} />
      </label>
      {note && <p role="status">{note}</p>}
      <ErrorNote error={error} />
    </Panel>
  );
}

function dropped(event: DragEvent, take: (file: File | undefined) => void): void {
  event.preventDefault();
  take(event.dataTransfer?.files[0]);
}

function parseSnapshot(text: string): ControlSchemas["Snapshot"] {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("The file is not JSON. Export a snapshot to get one.");
  }
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
