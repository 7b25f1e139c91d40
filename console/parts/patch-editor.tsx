import { useState } from "preact/hooks";
import { api, dataOf } from "../data/client.ts";
import { refreshAll } from "../data/live.ts";
import { hasKey } from "../world-dialog.tsx";
import { ErrorNote, useAction } from "./basics.tsx";

/** An editor of a JSON Merge Patch that updates a widget. */
export function PatchEditor({ id }: { readonly id: string }) {
  const [text, setText] = useState('{\n  "intro_title": "Hello"\n}');
  const [isSent, setSent] = useState(false);
  const update = async () => {
    setSent(false);
    if (!(await hasKey("An update needs the key that the widget was created with.", ""))) return;
    const body = parse(text);
    await dataOf(api.PATCH("/api/v1/widgets/{id}", { params: { path: { id } }, body: body as never }));
    setSent(true);
    refreshAll();
  };
  const { run, isBusy, error } = useAction(update);
  return (
    <details class="part">
      <summary>Update with a merge patch</summary>
      <label>
        Members to change, as JSON; null resets one to its default
        <textarea rows={5} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <div class="actions">
        <button type="button" class="primary" disabled={isBusy} onClick={run}>
          Send the patch
        </button>
        {isSent && <span role="status">Updated.</span>}
      </div>
      <ErrorNote error={error} />
    </details>
  );
}

/** @throws Error that says where the JSON ends to be valid */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not valid JSON: ${(error as Error).message}`);
  }
}
