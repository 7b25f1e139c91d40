import { refreshAll } from "./data/live.ts";
import { apiKey, controlToken, isTokenNeeded } from "./data/session.ts";
import { openWorldDialog } from "./world-dialog.tsx";

/**
 * Asks for the control token. It is kept until the tab is closed.
 * @param why what needs it, by default everything
 */
export function TokenForm({ why }: { readonly why?: string }) {
  const useToken = (token: string) => {
    controlToken.value = token;
    isTokenNeeded.value = false;
    refreshAll();
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    useToken(String(new FormData(event.currentTarget as HTMLFormElement).get("token") ?? "").trim());
  };
  return (
    <form class="card narrow" onSubmit={submit}>
      <h1>Control token</h1>
      <p>
        {why ? `${why} Give the value of --control-token.` : reasonFor(controlToken.value)} It is kept in this tab only,
        and forgotten when you close it.
      </p>
      <label>
        Token
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <button type="submit" class="primary">
        Open the console
      </button>
      {!why && (
        <>
          <p>No token? An API key opens the world of its organization.</p>
          {apiKey.value && controlToken.value ? (
            <button type="button" onClick={() => useToken("")}>
              Go on with the API key
            </button>
          ) : (
            <button type="button" onClick={() => void openWorldDialog()}>
              Use an API key
            </button>
          )}
        </>
      )}
    </form>
  );
}

function reasonFor(token: string): string {
  return token === "" ? "This mock was started with --control-token." : "This mock has another control token.";
}
