import type { ControlSchemas } from "../data/client.ts";

type QuotaUse = ControlSchemas["QuotaUse"];

const texts: { readonly [quota in QuotaUse["quota"]]: string } = {
  requests_per_second: "Requests in a second",
  widgets: "Widgets",
  conversations: "Conversations",
  endpoints: "Webhook endpoints",
  deliveries_per_day: "Deliveries today",
  snapshot_bytes: "Bytes of a snapshot",
};

/** The name of a quota for reading. */
export function quotaText(quota: QuotaUse["quota"]): string {
  return texts[quota];
}

/** The quotas of an organization: what it has used of each, and the limit in force. */
export function QuotaList({ quotas }: { readonly quotas: readonly QuotaUse[] }) {
  return (
    <dl class="facts quotas">
      {quotas.map((use) => (
        <div key={use.quota}>
          <dt>{quotaText(use.quota)}</dt>
          <dd>
            <Use {...use} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Use({ quota, used, limit }: QuotaUse) {
  const count = used?.toLocaleString("en");
  // What is not limited is not counted, but for what there is.
  const isCounted = limit !== undefined || !["requests_per_second", "deliveries_per_day"].includes(quota);
  if (limit === undefined) {
    return <>{isCounted && count !== undefined ? `${count}, unlimited` : <span class="dim">unlimited</span>}</>;
  }
  if (used === undefined) return <>at most {limit.toLocaleString("en")}</>;
  const share = used / Math.max(1, limit);
  return (
    <>
      <meter
        min={0}
        max={1}
        high={0.8}
        optimum={0}
        value={Math.min(1, share)}
        aria-label={`${quotaText(quota)} used`}
      />{" "}
      {count} of {limit.toLocaleString("en")}
      {used >= limit && <span class="badge badge-bad">reached</span>}
    </>
  );
}
