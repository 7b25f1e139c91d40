import { signal } from "@preact/signals";
import { apiKey, isTokenNeeded } from "./data/session.ts";
import { Dialog } from "./parts/dialog.tsx";

/** What the dialog asks for. */
interface Question {
  /** What needs the key. */
  readonly why: string;
  /** The key that is in the field at first. */
  readonly suggested: string;
  readonly answer: (isGiven: boolean) => void;
}

/** Undefined while the dialog is closed. */
const question = signal<Question | undefined>(undefined);

/**
 * Opens the dialog that asks for an API key.
 * @param why what needs the key
 * @param suggested the key of a world that may be anybody's; empty where only one key will do
 * @returns true once a key was given, false if the dialog was closed without one
 */
export function openWorldDialog(why = "", suggested = "sk_test_demo"): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((answer) => {
    question.value = { why, suggested, answer };
  });
}

/** Asks for an API key unless there is one. It is false if none was given. */
export async function hasKey(why: string, suggested?: string): Promise<boolean> {
  return apiKey.value !== "" || openWorldDialog(why, suggested);
}

/** Switches the world that the console shows. */
export function WorldDialog() {
  if (!question.value) return null;
  const { why, suggested, answer } = question.value;
  const close = () => {
    question.value = undefined;
    answer(false);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    apiKey.value = String(key ?? "").trim();
    // A key suffices where no token was given.
    isTokenNeeded.value = false;
    answer(true);
    close();
  };
  const showAll = () => {
    apiKey.value = "";
    close();
  };
  return (
    <Dialog title="World" close={close}>
      <form onSubmit={submit}>
        {why !== "" && <p>{why}</p>}
        <p class="dim">
          Each organization has a world of its own: widgets, requests, a clock. An API key selects one; it is kept in
          this tab only.
        </p>
        <label>
          API key
          <input
            name="key"
            defaultValue={apiKey.value || suggested}
            placeholder="sk_test_…"
            autocomplete="off"
            spellcheck={false}
            required
          />
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
