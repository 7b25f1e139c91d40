import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { refreshAll } from "../data/live.ts";
import { activeFaults, isUsedUp } from "../data/mock-state.ts";
import { ActionButton, Badge, Empty, ErrorNote, Panel, useAction } from "../parts/basics.tsx";
import { operationIds } from "./request-filter.tsx";

type FaultOptions = ControlSchemas["FaultOptions"];

const presets: readonly (readonly [title: string, fault: FaultOptions])[] = [
  ["503 three times", { status: 503, calls: 3 }],
  ["Slow: 2 to 5 s", { latencyMs: { min: 2000, max: 5000 } }],
  ["Connection reset", { connection: "reset", calls: 1 }],
  ["Rate limit: 10 a minute", { rateLimit: { limit: 10, windowSeconds: 60 } }],
  ["Lost answer to a create", { operation: "createWidget", connection: "reset", carriedOut: true, calls: 1 }],
];

async function inject(body: FaultOptions): Promise<void> {
  await dataOf(control.POST("/_mock/faults", { body }));
  refreshAll();
}

/** The injected failures, and how to inject more. */
export function FaultsView() {
  return (
    <div class="page">
      <header class="section-head">
        <h1>Faults</h1>
      </header>
      <Panel title="Injected" actions={activeFaults.value.length > 1 && <ClearAll />}>
        {activeFaults.value.length === 0 ? (
          <Empty title="No faults: the API answers as it should.">
            <p>Inject one to see how your client copes.</p>
          </Empty>
        ) : (
          <ul class="plain">
            {activeFaults.value.map((fault) => (
              <ActiveFault key={fault.id} fault={fault} />
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Presets">
        <div class="actions">
          {presets.map(([title, fault]) => (
            <ActionButton key={title} act={() => inject(fault)} title={JSON.stringify(fault)}>
              {title}
            </ActionButton>
          ))}
        </div>
      </Panel>
      <Panel title="Any other fault">
        <FaultForm />
      </Panel>
    </div>
  );
}

function ClearAll() {
  const clear = async () => {
    await dataOf(control.DELETE("/_mock/faults"));
    refreshAll();
  };
  return <ActionButton act={clear}>Remove all</ActionButton>;
}

function ActiveFault({ fault }: { readonly fault: ControlSchemas["Fault"] }) {
  const { id, hits, ...options } = fault;
  const remove = async () => {
    await dataOf(control.DELETE("/_mock/faults/{fault_id}", { params: { path: { fault_id: id } } }));
    refreshAll();
  };
  return (
    <li class="actions">
      <Badge text={id} kind={isUsedUp(fault) ? "cancelled" : "failed"} /> <code>{JSON.stringify(options)}</code>{" "}
      <span class="dim">
        applied {hits === 1 ? "once" : `${hits} times`}
        {isUsedUp(fault) && ", used up"}
      </span>
      <ActionButton act={remove} class="quiet danger">
        Remove
      </ActionButton>
    </li>
  );
}

function FaultForm() {
  const [form, setForm] = useState<HTMLFormElement | null>(null);
  const { run, isBusy, error } = useAction(async () => {
    if (form) await inject(optionsOf(new FormData(form)));
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <form class="filter" ref={setForm} onSubmit={submit}>
      <label>
        Operation
        <select name="operation">
          <option value="">any</option>
          {operationIds().map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <label>
        Status
        <input name="status" type="number" min={400} max={599} placeholder="503" />
      </label>
      <label>
        Latency in ms
        <input name="latencyMs.min" type="number" min={0} max={600_000} />
      </label>
      <label>
        up to
        <input name="latencyMs.max" type="number" min={0} max={600_000} placeholder="the same" />
      </label>
      <label>
        Connection
        <select name="connection">
          <option value="">stays open</option>
          <option value="reset">reset</option>
          <option value="truncate">truncate</option>
        </select>
      </label>
      <label>
        Only the next calls
        <input name="calls" type="number" min={1} placeholder="all" />
      </label>
      <label>
        Share, 0 to 1
        <input name="share" type="number" min={0} max={1} step="any" placeholder="1" />
      </label>
      <label>
        Rate limit: calls
        <input name="rateLimit.limit" type="number" min={0} placeholder="none" />
      </label>
      <label>
        in seconds
        <input name="rateLimit.windowSeconds" type="number" min={1} placeholder="60" />
      </label>
      <label class="check">
        <input name="carriedOut" type="checkbox" />
        carried out
      </label>
      <button type="submit" class="primary" disabled={isBusy}>
        Inject
      </button>
      <ErrorNote error={error} />
    </form>
  );
}

/** What was filled in. A range of latencies whose upper end was left empty is one latency. */
function optionsOf(form: FormData): FaultOptions {
  const number = (name: string) => (form.get(name) ? Number(form.get(name)) : undefined);
  const [min, max, limit] = ["latencyMs.min", "latencyMs.max", "rateLimit.limit"].map(number);
  const latencyMs = max === undefined ? min : { min: min ?? 0, max };
  const given = {
    ...{ operation: form.get("operation"), connection: form.get("connection") },
    ...{ status: number("status"), calls: number("calls"), share: number("share"), latencyMs },
    rateLimit: limit !== undefined && { limit, windowSeconds: number("rateLimit.windowSeconds") ?? 60 },
    carriedOut: form.get("carriedOut") !== null,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value || value === 0));
}
