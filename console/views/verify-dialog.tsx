import { useState } from "preact/hooks";
import { type ControlSchemas, control, dataOf, RequestError } from "../data/client.ts";
import { counted } from "../data/format.ts";
import { linkTo } from "../data/route.ts";
import { ErrorNote, StatusCode, useAction } from "../parts/basics.tsx";
import { Dialog } from "../parts/dialog.tsx";

type Verification = ControlSchemas["Verification"];

const example = '{\n  "operation": "createWidget",\n  "body": { "name": "Bakery" },\n  "exactly": 1\n}';

/** Verifies how many requests were like one, and shows those that come nearest. */
export function VerifyDialog({ close }: { readonly close: () => void }) {
  const [text, setText] = useState(example);
  const [result, setResult] = useState<number | Verification | undefined>(undefined);
  const verify = async () => {
    setResult(undefined);
    const body = JSON.parse(text) as ControlSchemas["ExpectedRequests"];
    try {
      setResult((await dataOf(control.POST("/_mock/requests/verify", { body }))).count);
    } catch (error) {
      if (!(error instanceof RequestError) || !error.problem.verification) throw error;
      setResult(error.problem.verification);
    }
  };
  const { run, isBusy, error } = useAction(verify);
  return (
    <Dialog title="Verify requests" close={close}>
      <label>
        Expected request, as JSON
        <textarea rows={6} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="button" class="primary" disabled={isBusy} onClick={run}>
        Verify
      </button>
      <ErrorNote error={error} />
      {typeof result === "number" && <p role="status">Verified: {counted(result, "request")}.</p>}
      {typeof result === "object" && <NearMisses verification={result} />}
    </Dialog>
  );
}

function NearMisses({ verification }: { readonly verification: Verification }) {
  const { expected, count, nearest } = verification;
  return (
    <div role="status">
      <p>
        Expected {expected}; found {count}.
      </p>
      {nearest.length > 0 && <h3>Near misses</h3>}
      <ol class="plain">
        {nearest.map(({ request, differences }) => (
          <li key={request.request_id}>
            <a href={linkTo("requests", request.request_id)}>
              {request.method} {request.path}
            </a>{" "}
            <StatusCode status={request.status} />
            <ul>
              {differences.map(({ where, expected: wanted, found }) => (
                <li key={where}>
                  {where}: expected <code>{wanted}</code>, found <code>{found}</code>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </div>
  );
}
