import { signal } from "@preact/signals";
import { apiKey } from "./data/session.ts";
import { Dialog } from "./parts/dialog.tsx";

/** Why the dialog is open; undefined while it is closed. */
const reason = signal<string | undefined>(undefined);

/**
 * Opens the dialog that asks for an API key.
 * @param why what needs the key
 */
export function openWorldDialog(why = ""): void {
  reason.value = why;
}

/** Asks for an API key unless there is one. */
export function hasKey(why: string): boolean {
  if (apiKey.value !== "") return true;
  openWorldDialog(why);
  return false;
}

/** Switches the world that the console shows. */
export function WorldDialog() {
  if (reason.value === undefined) return null;
  const close = () => {
    reason.value = undefined;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    apiKey.value = String(key ?? "").trim();
    close();
  };
  const showAll = () => {
    apiKey.value = "";
    close();
  };
  return (
    <Dialog title="World" close={close}>
      <form onSubmit={submit}>
        {reason.value !== "" && <p>{reason.value}</p>}
        <p class="dim">
          Each organization has a world of its own: widgets, requests, a clock. An API key selects one; it is kept in
          this tab only.
        </p>
        <label>
          API key
          <input name="key" value={apiKey.value || "sk_test_demo"} autocomplete="off" spellcheck={false} required />
        </label>
        <div class="actions">
          <button type="submit" class="primary">
            Show this world
          </button>
          <button type="button" onClick={showAll}>
            Show every world
          </button>
        </div>
      </form>
    </Dialog>
  );
}
