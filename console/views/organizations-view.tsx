import { useState } from "preact/hooks";
import { adminControl, type ControlSchemas, dataOf } from "../data/client.ts";
import { counted, dateAndTime } from "../data/format.ts";
import { refreshAll } from "../data/live.ts";
import { isAdmin } from "../data/mock-state.ts";
import { type Resource, useResource } from "../data/resource.ts";
import { goTo, linkTo } from "../data/route.ts";
import { Empty, ErrorNote, useAction } from "../parts/basics.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { TokenForm } from "../token-form.tsx";
import { OrganizationDetail } from "./organization-detail.tsx";

type Organization = ControlSchemas["Organization"];
type OrganizationList = ControlSchemas["OrganizationList"];
type World = ControlSchemas["World"];

/** Organizations that are listed; others are found by their names. */
const maxListed = 500;

/** Their worlds change by requests of any kind, and some of it by no event. */
const pollMs = 5000;

const columns = [
  { title: "Organization" },
  { title: "Keys" },
  { title: "Widgets" },
  { title: "Requests", isWide: true },
  { title: "Clock", isWide: true },
  { title: "Quotas reached", isWide: true },
];

/** The organizations of a shared sandbox, their keys, quotas and worlds: for an admin alone. */
export function OrganizationsView({ item }: { readonly item: string | undefined }) {
  if (isAdmin.value === undefined) return null;
  return isAdmin.value ? (
    <Organizations item={item} />
  ) : (
    <TokenForm why="Organizations, keys and quotas are an admin's." />
  );
}

function useOrganizations(text: string): Resource<OrganizationList> {
  const query = { limit: maxListed, ...(text && { text }) };
  const load = () => dataOf(adminControl.GET("/_mock/organizations", { params: { query } }));
  return useResource(load, [text], { everyMs: pollMs });
}

function Organizations({ item }: { readonly item: string | undefined }) {
  const [text, setText] = useState("");
  const { data, error, reload } = useOrganizations(text);
  const { organizations = [], total = 0 } = data ?? {};
  return (
    <div class={`split ${item === undefined ? "" : "has-detail"}`}>
      <div class="list">
        <header class="section-head">
          <h1>Organizations</h1>
          <span class="dim">{data && counted(total, "organization")}</span>
        </header>
        <p class="dim">
          Each organization has a world of its own. Whoever has one of its keys sees and changes that world alone.
        </p>
        <div class="filter">
          <CreateOrganization />
          <label>
            Find by name
            <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value.trim())} />
          </label>
        </div>
        <ErrorNote error={error} retry={reload} />
        {data && organizations.length === 0 ? (
          <NoOrganizations text={text} />
        ) : (
          <VirtualTable
            label="Organizations"
            name="organizations"
            columns={columns}
            count={organizations.length}
            keyOf={(index) => organizations[index]?.organization ?? index}
            current={item}
            row={(index) => <OrganizationRow organization={organizations[index]} current={item} />}
          />
        )}
        {total > organizations.length && (
          <p class="dim">The first {maxListed} are shown. Find another one by its name.</p>
        )}
      </div>
      {item !== undefined && <OrganizationDetail key={item} name={item} />}
    </div>
  );
}

function OrganizationRow({
  organization: shown,
  current,
}: {
  readonly organization: Organization | undefined;
  readonly current: string | undefined;
}) {
  if (!shown) return null;
  const { organization, keys, usage, world } = shown;
  const reached = usage.filter(({ used, limit }) => used !== undefined && limit !== undefined && used >= limit);
  return (
    <>
      <div role="cell" class="cut">
        <a href={linkTo("organizations", organization)} aria-current={organization === current ? "true" : undefined}>
          {organization}
        </a>
      </div>
      <div role="cell" class="num">
        {keys.filter(({ revoked_at: end }) => end === undefined).length}
      </div>
      <div role="cell" class="num">
        {(world?.widgets ?? 0).toLocaleString("en")}
      </div>
      <div role="cell" class="num wide">
        {(world?.requests ?? 0).toLocaleString("en")}
      </div>
      <div role="cell" class="cut dim wide">
        {world ? clockText(world) : "not used yet"}
      </div>
      <div role="cell" class="cut wide">
        {reached.length > 0 && <span class="badge badge-bad">{reached.map(({ quota }) => quota).join(", ")}</span>}
      </div>
    </>
  );
}

function clockText({ clock }: World): string {
  return `${dateAndTime(clock.now)}${clock.running ? "" : ", frozen"}`;
}

function NoOrganizations({ text }: { readonly text: string }) {
  if (text !== "") return <Empty title={`No organization has "${text}" in its name.`} />;
  return (
    <Empty title="No organizations yet.">
      <p>Create one above, then make a key for it and hand that to whoever will use it.</p>
    </Empty>
  );
}

function CreateOrganization() {
  const [name, setName] = useState("");
  const { run, isBusy, error } = useAction(async () => {
    await dataOf(adminControl.POST("/_mock/organizations", { body: { organization: name.trim() } }));
    setName("");
    refreshAll();
    goTo("organizations", name.trim());
  });
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  return (
    <form class="filter grow" onSubmit={submit}>
      <label>
        Name
        <input
          required
          value={name}
          placeholder="acme"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={isBusy}>
        Create an organization
      </button>
      <ErrorNote error={error} />
    </form>
  );
}
