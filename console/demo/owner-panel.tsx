import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ActionButton, Badge, ErrorNote, useAction } from "../parts/basics.tsx";
import { hint, type Inspected, inspected, isOwner, owner, useKey } from "./demo-state.ts";

/** What the owner of the widget can change while a visitor looks at the page. */
export function OwnerPanel() {
  const now = inspected.value;
  if (!now) return null;
  return (
    <aside class="owner" aria-label="The owner's side">
      <p class="hint" role="status">
        {hint.value}
      </p>
      {isOwner.value === false && <KeyForm />}
      {now.widget && isOwner.value && <LifeAndTime widget={now.widget} isCrawling={now.next?.kind === "crawl"} />}
      <Conversations {...now} />
      {now.widget && isOwner.value && <Settings {...now.widget} />}
    </aside>
  );
}

type OwnedWidget = NonNullable<Inspected["widget"]>;

function LifeAndTime({ widget, isCrawling }: { readonly widget: OwnedWidget; readonly isCrawling: boolean }) {
  const isPaused = widget.status === "paused";
  return (
    <section class="card">
      <h2>Life and time</h2>
      <div class="actions">
        <ActionButton act={isPaused ? owner.resume : owner.pause}>{isPaused ? "Resume" : "Pause"}</ActionButton>
        <ActionButton act={owner.recrawl}>Change the site and recrawl</ActionButton>
        <ActionButton act={owner.remove}>Delete</ActionButton>
      </div>
      <p class="dim">{isCrawling ? "A crawl is running." : "No crawl is running."} Advance the clock:</p>
      <div class="actions">
        <ActionButton act={() => owner.advance(10)}>+10 s</ActionButton>
        <ActionButton act={() => owner.advance(60)}>+1 min</ActionButton>
        <ActionButton act={() => owner.advance(16 * 60)}>+16 min</ActionButton>
      </div>
    </section>
  );
}

function Settings({ persona, theme, display_mode: mode, position, domains }: OwnedWidget) {
  return (
    <>
      <OwnerForm title="Persona and looks" action="Update" save={(form) => owner.update(updateOf(form))}>
        <label>
          Persona
          <textarea name="persona" rows={3} defaultValue={persona} />
        </label>
        <div class="fields">
          <Choice label="Mode" name="mode" value={theme.mode} options={["light", "dark", "auto"]} />
          <label>
            Colour
            <input name="primary" type="color" defaultValue={theme.primary} />
          </label>
          <label>
            Radius
            <input name="radius" type="number" min={0} max={64} defaultValue={theme.radius} />
          </label>
          <Choice label="Display" name="display_mode" value={mode} options={["fab", "inline", "fullscreen"]} />
          <Choice label="Position" name="position" value={position} options={corners} />
        </div>
      </OwnerForm>
      <OwnerForm title="Domains" action="Set domains" save={(form) => owner.setDomains(linesOf(form.get("domains")))}>
        <label>
          Hosts that may embed it, one a line; none: any
          <textarea name="domains" rows={2} defaultValue={domains.join("\n")} />
        </label>
      </OwnerForm>
    </>
  );
}

const corners = ["bottom-right", "bottom-left", "top-right", "top-left"];

function updateOf(form: FormData): Parameters<typeof owner.update>[0] {
  const text = (name: string) => String(form.get(name) ?? "");
  return {
    persona: text("persona"),
    theme: { mode: text("mode") as "dark", primary: text("primary"), radius: Number(text("radius")) },
    display_mode: text("display_mode") as "fab",
    position: text("position") as "bottom-right",
  };
}

function linesOf(text: FormDataEntryValue | null): string[] {
  return String(text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A form that is sent as a whole, and says what was wrong with it. */
function OwnerForm({
  title,
  action,
  save,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly save: (form: FormData) => Promise<void>;
  readonly children: ComponentChildren;
}) {
  const form = useRef<HTMLFormElement>(null);
  const { run, isBusy, error } = useAction(() => save(new FormData(form.current ?? undefined)));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    run();
  };
  return (
    <form class="card" ref={form} onSubmit={submit}>
      <h2>{title}</h2>
      {children}
      <button type="submit" disabled={isBusy}>
        {action}
      </button>
      <ErrorNote error={error} />
    </form>
  );
}

function Choice({
  label,
  name,
  value,
  options,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map((option) => (
          <option key={option} selected={option === value}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function KeyForm() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    void useKey(String(new FormData(event.currentTarget as HTMLFormElement).get("key")));
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>Whose widget is this?</h2>
      <label>
        API key of its organization, to change it
        <input name="key" placeholder="sk_test_…" autocomplete="off" required />
      </label>
      <button type="submit">Use this key</button>
    </form>
  );
}

const maxListed = 4;

/** The latest conversations. Each keeps the persona and the index that it started with. */
function Conversations({ conversations }: Inspected) {
  return (
    <section class="card">
      <h2>Conversations</h2>
      {conversations.length === 0 ? (
        <p class="dim">None yet.</p>
      ) : (
        <ol class="plain">
          {conversations
            .slice(-maxListed)
            .reverse()
            .map(({ id, persona, index, messages }) => (
              <li key={id}>
                <Badge text={index} /> <span class="dim">{messages.length} messages</span>
                <div class="cut" title={persona}>
                  {persona}
                </div>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}
