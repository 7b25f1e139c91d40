import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { timeOfDay } from "../data/format.ts";
import type { LiveEvent } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { Empty, ErrorNote, StatusCode } from "./basics.tsx";
import { HappeningText } from "./happening-list.tsx";

type Recorded = ControlSchemas["RecordedRequest"];
type Happening = ControlSchemas["Happening"];

/** The latest of each that the timeline shows. */
const limit = 200;

/** A request about the widget, with everything that it caused. */
interface Cause {
  readonly trace: string;
  /** Undefined if it is no longer recorded. */
  readonly request: Recorded | undefined;
  readonly happened: readonly Happening[];
}

/** The history of a widget: its requests, each with the transitions, crawls, events and attempts that followed from it. */
export function WidgetTimeline({
  id,
  isStaleAfter,
}: {
  readonly id: string;
  readonly isStaleAfter: (event: LiveEvent) => boolean;
}) {
  const load = async () => {
    const query = { widget: id, limit };
    const [{ requests }, { happened }] = await Promise.all([
      dataOf(control.GET("/_mock/requests", { params: { query } })),
      dataOf(control.GET("/_mock/happenings", { params: { query } })),
    ]);
    return causesOf(requests, happened);
  };
  const { data = [], error, reload } = useResource(load, [id], { isStaleAfter });
  return (
    <>
      <ErrorNote error={error} retry={reload} />
      {data.length === 0 && <Empty title="Nothing is recorded of it." />}
      <ol class="events">
        {data.map(({ trace, request, happened }) => (
          <li key={trace}>
            <time class="num dim">{timeOfDay(request?.at ?? happened[0]?.at ?? "")}</time>
            <div>
              <a href={linkTo("requests", trace)}>
                {request ? (
                  <code>
                    {request.method} {request.operation ?? request.path}
                  </code>
                ) : (
                  trace
                )}
              </a>{" "}
              {request && <StatusCode status={request.status} />} {request?.code && <code>{request.code}</code>}
              {happened.length > 0 && (
                <ol class="effects">
                  {happened.map((happening, index) => (
                    <li key={String(index)}>
                      <time class="num dim">{timeOfDay(happening.at)}</time>{" "}
                      <span>
                        <HappeningText happening={happening} />
                      </span>
                    </li>
                  ))}
                </ol>
              )}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Groups what happened by its cause, the newest cause first. */
function causesOf(requests: readonly Recorded[], happened: readonly Happening[]): Cause[] {
  const effects = new Map<string, Happening[]>(requests.map(({ request_id: trace }) => [trace, []]));
  for (const happening of happened) {
    const ofCause = effects.get(happening.trace);
    if (ofCause) ofCause.push(happening);
    else effects.set(happening.trace, [happening]);
  }
  const byId = new Map(requests.map((request) => [request.request_id, request]));
  return [...effects]
    .map(([trace, ofCause]) => ({ trace, request: byId.get(trace), happened: ofCause }))
    .sort((a, b) => startOf(b).localeCompare(startOf(a)));
}

function startOf({ request, happened }: Cause): string {
  return request?.at ?? happened[0]?.at ?? "";
}
