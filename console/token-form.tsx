import { refreshAll } from "./data/live.ts";
import { controlToken, isTokenNeeded } from "./data/session.ts";

/** Asks for the control token. It is kept until the tab is closed. */
export function TokenForm() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get("token");
    controlToken.value = String(token ?? "").trim();
    isTokenNeeded.value = false;
    refreshAll();
  };
  return (
    <form class="card narrow" onSubmit={submit}>
      <h1>Control token</h1>
      <p>
        {controlToken.value === ""
          ? "This mock was started with --control-token."
          : "This mock has another control token."}{" "}
        It is kept in this tab only, and forgotten when you close it.
      </p>
      <label>
        Token
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <button type="submit" class="primary">
        Open the console
      </button>
    </form>
  );
}
