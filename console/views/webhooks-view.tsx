import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { timeOfDay } from "../data/format.ts";
import type { LiveEvent } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { Badge, Empty, ErrorNote } from "../parts/basics.tsx";
import { EndpointsPanel } from "../parts/endpoints-panel.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";
import { DeliveryDetail } from "./delivery-detail.tsx";

type Delivery = ControlSchemas["Delivery"];

const columns = [
  { title: "Time" },
  { title: "State" },
  { title: "Event" },
  { title: "Widget", isWide: true },
  { title: "Attempts" },
  { title: "Last answer", isWide: true },
];

/** Endpoints change by other programs too, and no event says so. */
const pollMs = 5000;

/** What changes deliveries: attempts, and the ends of crawls, which announce events. */
function changesDeliveries({ type }: LiveEvent): boolean {
  return type.startsWith("webhook.") || type.startsWith("crawl.");
}

/** The webhooks: endpoints with their delivery faults, and the deliveries, the newest first. */
export function WebhooksView({ item }: { readonly item: string | undefined }) {
  const { data, error, reload } = useResource(
    async () => {
      const [{ endpoints }, { deliveries }] = await Promise.all([
        dataOf(control.GET("/_mock/webhooks")),
        dataOf(control.GET("/_mock/deliveries")),
      ]);
      return { endpoints, deliveries };
    },
    [],
    { isStaleAfter: changesDeliveries, everyMs: pollMs },
  );
  const { endpoints = [], deliveries = [] } = data ?? {};
  const open = deliveries.find(({ id }) => id === item);
  return (
    <div class={`split ${item === undefined ? "" : "has-detail"}`}>
      <div class="list">
        <header class="section-head">
          <h1>Webhooks</h1>
        </header>
        <ErrorNote error={error} retry={reload} />
        {data && <EndpointsPanel endpoints={endpoints} />}
        {data && deliveries.length === 0 && (
          <Empty title="No deliveries yet.">
            <p>
              {endpoints.length === 0
                ? "Add an endpoint first. Then the end of a crawl sends an event to it."
                : "The end of a crawl sends an event: create a widget, or trigger one on a widget's page."}
            </p>
          </Empty>
        )}
        {deliveries.length > 0 && (
          <VirtualTable
            label="Deliveries"
            name="deliveries"
            columns={columns}
            count={deliveries.length}
            keyOf={(index) => deliveries[deliveries.length - 1 - index]?.id ?? index}
            current={item}
            row={(index) => <DeliveryRow delivery={deliveries[deliveries.length - 1 - index]} current={item} />}
          />
        )}
      </div>
      {item !== undefined && data && (
        <DeliveryDetail
          id={item}
          delivery={open}
          endpoint={endpoints.find(({ id }) => id === open?.endpoint)}
          reload={reload}
        />
      )}
    </div>
  );
}

function DeliveryRow({
  delivery,
  current,
}: {
  readonly delivery: Delivery | undefined;
  readonly current: string | undefined;
}) {
  if (!delivery) return null;
  const { id, state, event, widget, attempts } = delivery;
  const last = attempts.at(-1);
  return (
    <>
      <div role="cell" class="num">
        {last ? timeOfDay(last.at) : "not yet"}
      </div>
      <div role="cell">
        <Badge text={state} />
      </div>
      <div role="cell" class="cut">
        <a href={linkTo("webhooks", id)} aria-current={id === current ? "true" : undefined}>
          {event}
        </a>
      </div>
      <div role="cell" class="cut wide">
        <a href={linkTo("widgets", widget)}>{widget}</a>
      </div>
      <div role="cell" class="num">
        {attempts.length}
      </div>
      <div role="cell" class="cut dim wide">
        {last && (last.status ?? last.error)}
      </div>
    </>
  );
}
