import type { ControlOutput } from "../../mock/controls/control-types.ts";
import type { JournalEntry } from "../../mock/journal/journal-entry.ts";
import type { Happening } from "../../mock/world/happening.ts";

/** Rows with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function clock({ now, running }: ControlOutput<"getClock">): string {
  return `${now} (${running ? "running" : "frozen"})`;
}

export function health(output: ControlOutput<"getHealth">): string {
  const { version, dialect, seed, scenario, crawl, clock: time } = output;
  return table([
    ["version", version],
    ["dialect", dialect],
    ["seed", String(seed)],
    ["scenario", scenario],
    ["crawl", crawl],
    ["clock", clock(time)],
  ]);
}

/** What happened, a line for each. */
export function happenings(happened: readonly Happening[]): string {
  return happened.map(happening).join("\n");
}

export function happening({ at, type, widget, from, to, status, event, attempt, answer, delivery }: Happening): string {
  const details =
    delivery === undefined
      ? [
          from === undefined || to === undefined ? "" : `${from} -> ${to}`,
          status ? `status ${status}` : "",
          event ?? "",
        ]
      : [`${event}`, `attempt ${attempt}`, `${answer}`, delivery];
  return [at, type, widget, details.filter(Boolean).join(", ")].filter(Boolean).join("  ");
}

/** A recorded request on a line. */
export function request({ at, method, path, status, code, request_id: id, faults = [] }: JournalEntry): string {
  const shown = status === 0 ? "no response" : String(status);
  const injected = faults.length === 0 ? "" : `  faults ${faults.join(", ")}`;
  return `${at}  ${method} ${path}  ${shown}${code === undefined ? "" : ` ${code}`}  ${id}${injected}`;
}

export function endpoints({ endpoints: all }: ControlOutput<"listEndpoints">): string {
  const rows = all.map(({ id, url, enabled, faults }) => {
    const on = Object.entries(faults).map(([name, value]) => (value === true ? name : `${name} ${value}`));
    return [id, url, enabled ? "enabled" : "disabled", on.join(", ")];
  });
  return table(rows) || "no webhook endpoints";
}

/** The keys of organizations, a line for each. */
export function keys({ organizations: all }: Pick<ControlOutput<"listOrganizations">, "organizations">): string {
  const rows = all.flatMap(({ organization, keys: ofOne }) =>
    ofOne.map(({ id, name = "", created_at: at, revoked_at: end }) => [
      ...[id, organization, name, at],
      end === undefined ? "" : `revoked ${end}`,
    ]),
  );
  return table(rows) || "no keys";
}

export function worlds({ worlds: all }: Pick<ControlOutput<"listWorlds">, "worlds">): string {
  const rows = all.map(({ organization, widgets, requests, clock: { now, running } }) => [
    organization,
    widgets === 1 ? "1 widget" : `${widgets} widgets`,
    requests === 1 ? "1 request" : `${requests} requests`,
    running ? now : `${now}, frozen`,
  ]);
  return table(rows) || "no worlds";
}

export function organizations({ organizations: all }: Pick<ControlOutput<"listOrganizations">, "organizations">) {
  const rows = all.map(({ organization, created_at: at, keys: own, usage: quotas }) => {
    const working = own.filter(({ revoked_at: end }) => end === undefined).length;
    const limited = quotas.flatMap(({ quota, used, limit }) =>
      limit === undefined ? [] : [used === undefined ? `${quota} ${limit}` : `${quota} ${used} of ${limit}`],
    );
    return [organization, at, working === 1 ? "1 key" : `${working} keys`, limited.join(", ")];
  });
  return table(rows) || "no organizations";
}

export function deliveries({ deliveries: all }: ControlOutput<"listDeliveries">): string {
  const rows = all.map(({ id, event, widget, state, attempts }) => {
    const last = attempts.at(-1);
    const count = attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`;
    return [id, event, widget, state, last ? `${count}, last ${last.status ?? last.error}` : count];
  });
  return table(rows) || "no deliveries";
}

export function faults({ faults: all }: ControlOutput<"listFaults">): string {
  const rows = all.map(({ id, hits, ...fault }) => [
    id,
    Object.entries(fault)
      .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
      .join(", "),
    hits === 1 ? "applied once" : `applied ${hits} times`,
  ]);
  return table(rows) || "no faults";
}

export function inspection(output: ControlOutput<"inspectWidget">): string {
  const { pages, conversations, domains, tools, usage_records: records } = output;
  return table([
    ["pages", String(pages.length), pages.map(({ url }) => url).join(" ")],
    ["conversations", String(conversations.length), conversations.map(({ id }) => String(id)).join(" ")],
    ["domains", String(domains.length), domains.join(" ")],
    ["tools", String(tools.length), tools.map(({ name }) => name).join(" ")],
    ["usage records", String(records.length), ""],
  ]);
}

export function usage({ usage_records: records, quotas }: ControlOutput<"listUsage">): string {
  const rows = records.map(({ at, kind, widget, quantity }) => [at, kind, widget, String(quantity)]);
  const limits = quotas.flatMap(({ quota, used, limit }) =>
    limit === undefined ? [] : [[quota, used === undefined ? "" : String(used), `of ${limit}`]],
  );
  return [table(rows) || "no usage records", table(limits)].filter(Boolean).join("\n");
}
