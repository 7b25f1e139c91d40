import { useState } from "preact/hooks";
import { adminControl, type ControlSchemas, dataOf } from "../data/client.ts";
import { counted, dateAndTime } from "../data/format.ts";
import { refreshAll } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { goTo, linkTo } from "../data/route.ts";
import { apiKey } from "../data/session.ts";
import { Badge, CopyButton, ErrorNote, Fact, Facts, Panel, useAction } from "../parts/basics.tsx";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { QuotaList, quotaText } from "../parts/quota-list.tsx";

type Key = ControlSchemas["Key"];
type CreatedKey = ControlSchemas["CreatedKey"];
type Quotas = ControlSchemas["Quotas"];
type Quota = keyof Quotas;

/** What it has used changes by its requests, and some of it by no event. */
const pollMs = 5000;

/** One organization: its world, its keys and its quotas. */
export function OrganizationDetail({ name }: { readonly name: string }) {
  const params = { path: { organization: name } };
  const { data, error, reload } = useResource(
    () => dataOf(adminControl.GET("/_mock/organizations/{organization}", { params })),
    [name],
    { everyMs: pollMs },
  );
  const world = data?.world;
  const remove = async () => {
    await dataOf(adminControl.DELETE("/_mock/organizations/{organization}", { params }));
    goTo("organizations");
    refreshAll();
  };
  return (
    <aside class="detail" aria-label="Organization">
      <header class="section-head">
        <h1 class="cut detail-title">{name}</h1>
        <div class="actions">
          {data && (
            <ConfirmButton label="Remove" title={`Remove ${name}?`} act={remove}>
              Its keys are rejected at once and for good, and everything in its world is deleted.
            </ConfirmButton>
          )}
          <a class="button quiet" href={linkTo("organizations")}>
            Close
          </a>
        </div>
      </header>
      <ErrorNote error={error} retry={reload} />
      {data && (
        <>
          <Facts>
            <Fact name="Created">{dateAndTime(data.created_at)}</Fact>
            <Fact name="World">
              {world
                ? `${counted(world.widgets, "widget")}, ${counted(world.requests, "recorded request")}`
                : "The first request with one of its keys creates it."}
            </Fact>
            <Fact name="Clock">
              {world && `${dateAndTime(world.clock.now)}, ${world.clock.running ? "running" : "frozen"}`}
            </Fact>
          </Facts>
          <Keys organization={name} keys={data.keys} />
          <Panel title="Quotas">
            <QuotaList quotas={data.usage} />
            <QuotaForm key={JSON.stringify(data.quotas)} organization={name} own={data.quotas} />
          </Panel>
        </>
      )}
    </aside>
  );
}

function Keys({ organization, keys }: { readonly organization: string; readonly keys: readonly Key[] }) {
  const [created, setCreated] = useState<CreatedKey | undefined>(undefined);
  const [name, setName] = useState("");
  const { run, isBusy, error } = useAction(async () => {
    const params = { path: { organization } };
    const body = name.trim() === "" ? {} : { name: name.trim() };
    setCreated(await dataOf(adminControl.POST("/_mock/organizations/{organization}/keys", { params, body })));
    setName("");
    refreshAll();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <Panel title="Keys">
      {keys.length === 0 && <p class="dim">No keys yet: nobody can use this organization. Create the first one.</p>}
      <ul class="plain">
        {keys.map((key) => (
          <KeyRow key={key.id} shown={key} />
        ))}
      </ul>
      <form class="filter" onSubmit={submit}>
        <label>
          What it is for
          <input
            value={name}
            maxLength={100}
            placeholder="staging"
            autocomplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={isBusy}>
          Create a key
        </button>
      </form>
      <ErrorNote error={error} />
      {created && <NewKey created={created} />}
    </Panel>
  );
}

function KeyRow({ shown }: { readonly shown: Key }) {
  const { id, name, created_at: from, revoked_at: end } = shown;
  const revoke = async () => {
    await dataOf(adminControl.DELETE("/_mock/keys/{key_id}", { params: { path: { key_id: id } } }));
    refreshAll();
  };
  return (
    <li class="actions">
      {name && <span>{name}</span>} <code class="dim">{id}</code>
      <span class="dim">since {dateAndTime(from)}</span>
      {end === undefined ? (
        <ConfirmButton label="Revoke" title={`Revoke ${name ?? id}?`} act={revoke}>
          Every request with it is rejected from now on, and no one can take that back. Other keys of the organization
          stay as they are.
        </ConfirmButton>
      ) : (
        <Badge text={`revoked ${dateAndTime(end)}`} kind="cancelled" />
      )}
    </li>
  );
}

/** The only time that a key is seen. */
function NewKey({ created }: { readonly created: CreatedKey }) {
  return (
    <div class="answer" role="status">
      <p>
        <strong>Copy the new key now: it will not be shown again.</strong> The mock keeps no more than a hash of it.
      </p>
      <p>
        <code>{created.key}</code>
      </p>
      <div class="actions">
        <CopyButton label="Copy the key" text={created.key} />
        <button
          type="button"
          class="quiet"
          onClick={() => {
            apiKey.value = created.key;
            goTo("widgets");
          }}
        >
          Show its world
        </button>
      </div>
    </div>
  );
}

const quotaNames: readonly Quota[] = [
  ...(["widgets", "conversations", "endpoints"] as const),
  ...(["requests_per_second", "deliveries_per_day", "snapshot_bytes"] as const),
];

function QuotaForm({ organization, own }: { readonly organization: string; readonly own: Quotas }) {
  const [form, setForm] = useState<HTMLFormElement | null>(null);
  const { run, isBusy, error } = useAction(async () => {
    const given = quotaNames.map((quota) => [quota, form ? new FormData(form).get(quota) : ""] as const);
    const body = Object.fromEntries(given.filter(([, limit]) => limit).map(([quota, limit]) => [quota, Number(limit)]));
    await dataOf(
      adminControl.PUT("/_mock/organizations/{organization}/quotas", { params: { path: { organization } }, body }),
    );
    refreshAll();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <details class="part">
      <summary>Change the quotas</summary>
      <form class="filter" ref={setForm} onSubmit={submit}>
        {quotaNames.map((quota) => (
          <label key={quota}>
            {quotaText(quota)}
            <input name={quota} type="number" min={0} defaultValue={own[quota]} placeholder="as for every one" />
          </label>
        ))}
        <button type="submit" disabled={isBusy}>
          Set the quotas
        </button>
      </form>
      <p class="dim">
        A field that is left empty is as <code>--quota</code> says, or unlimited. What is there already stays, even if
        it is more.
      </p>
      <ErrorNote error={error} />
    </details>
  );
}
