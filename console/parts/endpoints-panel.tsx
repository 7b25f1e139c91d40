import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { refreshAll } from "../data/live.ts";
import { ActionButton, Badge, ErrorNote, useAction } from "./basics.tsx";

type Endpoint = ControlSchemas["Endpoint"];
type DeliveryFaults = ControlSchemas["DeliveryFaults"];

/** The webhook endpoints, with their delivery faults as switches. */
export function EndpointsPanel({ endpoints }: { readonly endpoints: readonly Endpoint[] }) {
  return (
    <div class="card">
      <ul class="plain">
        {endpoints.map((endpoint) => (
          <EndpointRow key={endpoint.id} endpoint={endpoint} />
        ))}
      </ul>
      <AddEndpoint />
    </div>
  );
}

const switches = [
  ["duplicate", "Send every event twice"],
  ["drop", "Send no event"],
  ["reorder", "Delay every other event by ten seconds"],
  ["corruptSignature", "Sign with another secret"],
] as const;

function EndpointRow({ endpoint }: { readonly endpoint: Endpoint }) {
  const { id, url, enabled, faults } = endpoint;
  const params = { path: { endpoint_id: id } };
  const remove = async () => {
    await dataOf(control.DELETE("/_mock/webhooks/{endpoint_id}", { params }));
    refreshAll();
  };
  const { run, error } = useFaultChange(endpoint);
  return (
    <li class="endpoint">
      <div class="actions">
        <code>{url}</code> <span class="dim">{id}</span> {!enabled && <Badge text="disabled by a 410" kind="failed" />}
        <ActionButton act={remove} class="quiet danger">
          Remove
        </ActionButton>
      </div>
      <fieldset class="actions">
        <legend class="dim">Delivery faults</legend>
        {switches.map(([name, title]) => (
          <label key={name} class="check" title={title}>
            <input
              type="checkbox"
              checked={faults[name] ?? false}
              onChange={() => run({ ...faults, [name]: !faults[name] })}
            />
            {name}
          </label>
        ))}
        <label class="check">
          delaySeconds
          <input
            class="small"
            type="number"
            min={0}
            max={86_400}
            key={faults.delaySeconds}
            defaultValue={faults.delaySeconds ?? 0}
            onChange={(event) => run({ ...faults, delaySeconds: Number(event.currentTarget.value) })}
          />
        </label>
      </fieldset>
      <ErrorNote error={error} />
    </li>
  );
}

function useFaultChange({ id }: Endpoint) {
  const [error, setError] = useState<Error | undefined>(undefined);
  const run = (faults: DeliveryFaults) => {
    setError(undefined);
    const params = { path: { endpoint_id: id } };
    dataOf(control.POST("/_mock/webhooks/{endpoint_id}/faults", { params, body: faults })).then(refreshAll, setError);
  };
  return { run, error };
}

function AddEndpoint() {
  const [url, setUrl] = useState("");
  const { run, isBusy, error } = useAction(async () => {
    await dataOf(control.POST("/_mock/webhooks", { body: { url } }));
    setUrl("");
    refreshAll();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <form class="filter" onSubmit={submit}>
      <label class="grow">
        Add an endpoint
        <input
          type="url"
          required
          placeholder="http://127.0.0.1:9000/hook"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={isBusy}>
        Add
      </button>
      <ErrorNote error={error} />
    </form>
  );
}
