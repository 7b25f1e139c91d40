import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ErrorNote, useAction } from "./basics.tsx";
import { Dialog } from "./dialog.tsx";

/** A button for what cannot be undone: it asks first, and says what will be gone. */
export function ConfirmButton({
  label,
  title,
  act,
  children,
}: {
  /** What the button says, here and in the dialog. */
  readonly label: string;
  /** The question. */
  readonly title: string;
  readonly act: () => Promise<unknown>;
  /** What it means. */
  readonly children: ComponentChildren;
}) {
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const { run, isBusy, error } = useAction(async () => {
    await act();
    close();
  });
  return (
    <>
      <button type="button" class="quiet danger" onClick={() => setAsking(true)}>
        {label}
      </button>
      {isAsking && (
        <Dialog title={title} close={close}>
          <p>{children}</p>
          <ErrorNote error={error} />
          <div class="actions">
            <button type="button" class="danger" disabled={isBusy} onClick={run}>
              {label}
            </button>
            <button type="button" onClick={close}>
              Cancel
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
