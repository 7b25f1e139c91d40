import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { counted, dateAndTime, duration } from "../data/format.ts";
import { refreshAll } from "../data/live.ts";
import { mockNow, showClock, shownClock, shownNow } from "../data/mock-state.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { ActionButton, Empty, ErrorNote, Panel, useAction } from "../parts/basics.tsx";
import { HappeningList } from "../parts/happening-list.tsx";

type DueTask = ControlSchemas["DueTask"];
type Happening = ControlSchemas["Happening"];

/** Steps that are often wanted, in seconds: ten hours are what most retries take. */
const steps = [1, 10, 60, 600, 3600, 36_000, 86_400];
const maxDue = 200;

/** The clock, and what it will cause. */
export function TimeView() {
  const [happened, setHappened] = useState<readonly Happening[] | undefined>(undefined);
  const agenda = useResource(
    () => dataOf(control.GET("/_mock/clock/agenda", { params: { query: { limit: maxDue } } })),
    [shownClock.value?.running],
    { isStaleAfter: (event) => event.type !== "request.answered" || event.method !== "GET" },
  );
  const advance = (seconds: number) => async () => {
    const { happened: all, ...now } = await dataOf(control.POST("/_mock/clock/advance", { body: { seconds } }));
    showClock(now);
    setHappened(all);
    refreshAll();
  };
  return (
    <div class="page">
      <header class="section-head">
        <h1>Time</h1>
      </header>
      <ClockCard advance={advance} />
      {happened && (
        <Panel title="What happened on the way">
          {happened.length === 0 ? <p class="dim">Nothing.</p> : <HappeningList happened={happened} />}
        </Panel>
      )}
      <Panel title="Agenda">
        <ErrorNote error={agenda.error} retry={agenda.reload} />
        {agenda.data && <Agenda agenda={agenda.data} advance={advance} />}
      </Panel>
    </div>
  );
}

type Advance = (seconds: number) => () => Promise<void>;

function ClockCard({ advance }: { readonly advance: Advance }) {
  const clock = shownClock.value;
  const change = (path: "/_mock/clock/freeze" | "/_mock/clock/resume") => async () => {
    showClock(await dataOf(control.POST(path)));
    refreshAll();
  };
  const [seconds, setSeconds] = useState(60);
  const { run, isBusy, error } = useAction(advance(seconds));
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  if (!clock) return null;
  return (
    <div class="card">
      <p class="clock">
        <time>{dateAndTime(new Date(shownNow()).toISOString())}</time>{" "}
        <span class="dim">{clock.running ? "running" : "frozen"}</span>
      </p>
      <div class="actions">
        {clock.running ? (
          <ActionButton act={change("/_mock/clock/freeze")}>Freeze</ActionButton>
        ) : (
          <ActionButton act={change("/_mock/clock/resume")}>Resume</ActionButton>
        )}
        <span class="dim">advance by</span>
        {steps.map((step) => (
          <ActionButton key={step} act={advance(step)}>
            {duration(step * 1000)}
          </ActionButton>
        ))}
        <form class="actions" onSubmit={submit}>
          <input
            class="small"
            type="number"
            min={0}
            step="any"
            aria-label="Seconds to advance by"
            value={seconds}
            onInput={(event) => setSeconds(Number(event.currentTarget.value))}
          />
          <button type="submit" disabled={isBusy}>
            seconds
          </button>
        </form>
      </div>
      <ErrorNote error={error} />
    </div>
  );
}

function Agenda({ agenda, advance }: { readonly agenda: ControlSchemas["Agenda"]; readonly advance: Advance }) {
  const { total, due } = agenda;
  if (total === 0) {
    return (
      <Empty title="Nothing is due.">
        <p>A crawl that takes a time, or a delivery that is tried again, shows up here.</p>
      </Empty>
    );
  }
  return (
    <>
      <ol class="agenda" aria-label="Time line">
        {due.map((task, index) => (
          <AgendaItem key={`${index}${task.at}`} task={task} before={due[index - 1]?.at} advance={advance} />
        ))}
      </ol>
      {total > due.length && <p class="dim">and {counted(total - due.length, "more task")}.</p>}
    </>
  );
}

function AgendaItem({
  task,
  before,
  advance,
}: {
  readonly task: DueTask;
  readonly before: string | undefined;
  readonly advance: Advance;
}) {
  const { at, kind, widget, event, attempt, delivery } = task;
  const start = before === undefined ? shownNow() : Date.parse(before);
  const distance = Math.max(0, Date.parse(at) - start);
  // Up to the task itself, and no further: a part of a millisecond would leave it undone.
  const jump = () => advance(Math.max(0, Math.ceil(Date.parse(at) - mockNow()) / 1000))();
  return (
    <li>
      <span class="agenda-gap dim">{distance === 0 ? "" : `+ ${duration(distance)}`}</span>
      <ActionButton act={jump} class="quiet num" title="Advance the clock to this moment">
        {dateAndTime(at)}
      </ActionButton>
      <span>
        {kind === "crawl" ? "crawl ends" : `${event}, attempt ${attempt}`}{" "}
        <a href={linkTo("widgets", widget)}>{widget}</a>{" "}
        {delivery && <a href={linkTo("webhooks", delivery)}>{delivery}</a>}
      </span>
    </li>
  );
}
