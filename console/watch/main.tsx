import { signal } from "@preact/signals";
import { render } from "preact";
import type { PageExchange, PageFinding, PageState } from "../../proxy/page-state.ts";
import { Badge, CopyButton, Empty, Panel, Prose, StatusCode, TextBlock } from "../parts/basics.tsx";

/** How often the page asks what is new, in milliseconds. */
const pollMs = 1000;

const state = signal<PageState | undefined>(undefined);
const isLost = signal(false);

/** Asks the proxy what it has seen, again and again. */
async function poll(): Promise<void> {
  try {
    const response = await fetch("state");
    if (!response.ok) throw new Error(String(response.status));
    state.value = (await response.json()) as PageState;
    isLost.value = false;
  } catch {
    isLost.value = true;
  }
  setTimeout(poll, pollMs);
}

function Page() {
  const now = state.value;
  if (!now) return <p>{isLost.value ? "The proxy does not answer." : "Loading…"}</p>;
  const { requests, widgets, judged, callers } = now.counts;
  const dialect = JSON.stringify(now.dialect, null, 2);
  return (
    <>
      <header>
        <h1>Watching {now.server}</h1>
        <span class="watch-dim">
          {requests} requests, {widgets} widgets created ({judged} judged), {callers} keys
        </span>
      </header>
      <main id="main">
        {isLost.value && (
          <p class="banner" role="status">
            The proxy does not answer any more. What you see is the last that it said.
          </p>
        )}
        <Panel title="Findings">
          <Findings findings={now.findings} />
        </Panel>
        <Panel title="Requests">
          <Exchanges exchanges={now.exchanges} />
        </Panel>
        <Panel title="Requests that the mock would have rejected">
          <Table
            columns={["Times", "Operation", "What is wrong", "By"]}
            rows={now.issues.map(({ times, operation, place, detail, assumed }) => [
              ...[`${times} ×`, operation, `${place}: ${detail}`],
              assumed.join(", ") || "documented",
            ])}
            none="Every request is as the document has it."
          />
        </Panel>
        <Panel title="Assumptions that requests rest on">
          <Table
            columns={["Times", "Rule", "Assumption"]}
            rows={now.assumptions.map(({ times, rule, says }) => [`${times} ×`, rule, says])}
            none="None until now."
          />
        </Panel>
        <Panel title="Dialect" actions={<CopyButton text={dialect} label="Copy" />}>
          <TextBlock text={dialect} label="The observed dialect" />
        </Panel>
      </main>
    </>
  );
}

const tones: { readonly [verdict in PageFinding["verdict"]]: string } = {
  fail: "failed",
  warn: "pending",
  possible: "paused",
};

function Findings({ findings }: { readonly findings: readonly PageFinding[] }) {
  if (findings.length === 0) return <Empty title="Nothing was found." />;
  return (
    <div class="watch-scroll">
      <table class="watch-table">
        <thead>
          <tr>
            <th>Verdict</th>
            <th>Rule</th>
            <th>Found</th>
            <th>Request</th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ verdict, rule, says, message, doubt, request }) => (
            <tr key={`${rule} ${message}`}>
              <td>
                <Badge text={verdict} kind={tones[verdict]} />
              </td>
              <td>{rule}</td>
              <td>
                {message}
                <div class="watch-dim">
                  <Prose text={doubt ?? says} />
                </div>
              </td>
              <td>{request}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Exchanges({ exchanges }: { readonly exchanges: readonly PageExchange[] }) {
  if (exchanges.length === 0) return <Empty title="No request came yet." />;
  return (
    <div class="watch-scroll">
      <table class="watch-table">
        <thead>
          <tr>
            <th>No.</th>
            <th>Request</th>
            <th>Answer</th>
            <th>Time</th>
            <th>Caller</th>
          </tr>
        </thead>
        <tbody>
          {exchanges.map(({ n, method, path, status, milliseconds, caller, issues }) => (
            <tr key={n}>
              <td>{n}</td>
              <td>
                <code>
                  {method} {path}
                </code>
                {issues.map((issue) => (
                  <div key={issue} class="watch-dim">
                    {issue}
                  </div>
                ))}
              </td>
              <td>
                <StatusCode status={status} />
              </td>
              <td>{Math.round(milliseconds)} ms</td>
              <td>{caller}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Table({
  columns,
  rows,
  none,
}: {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly none: string;
}) {
  if (rows.length === 0) return <Empty title={none} />;
  return (
    <div class="watch-scroll">
      <table class="watch-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column}>{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join()}>
              {row.map((cell, n) => (
                <td key={columns[n]}>
                  <Prose text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

render(<Page />, document.body);
void poll();
