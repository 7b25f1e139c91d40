import { signal } from "@preact/signals";
import { type ComponentChildren, render } from "preact";
import type { PageExchange, PageFinding, PageState } from "../../proxy/page-state.ts";
import { counted } from "../data/format.ts";
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
        <span class="dim">
          {counted(requests, "request")}, {counted(widgets, "widget")} created ({judged} judged),{" "}
          {counted(callers, "key")}
        </span>
      </header>
      <main id="main">
        {isLost.value && (
          <p class="banner" role="status">
            The proxy does not answer any more. What you see is the last that it said.
          </p>
        )}
        <Table
          title="Findings"
          columns={["Verdict", "Rule", "Found", "Request"]}
          rows={now.findings.map((finding) => ({
            key: `${finding.rule} ${finding.message}`,
            cells: findingCells(finding),
          }))}
          none="Nothing was found."
        />
        <Table
          title="Requests"
          columns={["No.", "Request", "Answer", "Time", "Caller"]}
          rows={now.exchanges.map((exchange) => ({ key: exchange.n, cells: exchangeCells(exchange) }))}
          none="No request came yet. Give your client the address of this page, without its path, as base URL."
        />
        <Table
          title="Requests that the mock would have rejected"
          columns={["Times", "Operation", "What is wrong", "By"]}
          rows={now.issues.map(({ times, operation, place, detail, assumed }) => ({
            key: `${operation} ${place} ${detail}`,
            cells: [`${times} ×`, operation, `${place}: ${detail}`, assumed.join(", ") || "documented"],
          }))}
          none="Every request is as the document has it."
        />
        <Table
          title="Assumptions that requests rest on"
          columns={["Times", "Rule", "Assumption"]}
          rows={now.assumptions.map(({ times, rule, says }) => ({
            key: rule,
            cells: [`${times} ×`, rule, <Prose text={says} />],
          }))}
          none="None until now."
        />
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

function findingCells({ verdict, rule, says, message, doubt, request }: PageFinding) {
  return [
    <Badge text={verdict} kind={tones[verdict]} />,
    rule,
    <>
      {message}
      <div class="dim">
        <Prose text={doubt ?? says} />
      </div>
    </>,
    request,
  ];
}

function exchangeCells({ n, method, path, status, milliseconds, caller, issues }: PageExchange) {
  return [
    n,
    <>
      <code>
        {method} {path}
      </code>
      {issues.map((issue) => (
        <div key={issue} class="dim">
          {issue}
        </div>
      ))}
    </>,
    <StatusCode status={status} />,
    `${Math.round(milliseconds)} ms`,
    caller,
  ];
}

function Table({
  title,
  columns,
  rows,
  none,
}: {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string | number; readonly cells: readonly ComponentChildren[] }[];
  /** What to say without rows. */
  readonly none: string;
}) {
  return (
    <Panel title={title}>
      {rows.length === 0 ? (
        <Empty title={none} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        <div class="watch-scroll" tabIndex={0} role="region" aria-label={title}>
          <table class="watch-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells }) => (
                <tr key={key}>
                  {cells.map((cell, index) => (
                    <td key={columns[index]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

render(<Page />, document.body);
void poll();
