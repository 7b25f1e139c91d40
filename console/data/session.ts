import { effect, type Signal, signal } from "@preact/signals";

/** The API key of the world that is shown; empty for every world. */
export const apiKey = kept("widgets-mock.key");

/** The token of the control plane; empty where none is needed. */
export const controlToken = kept("widgets-mock.token");

/** True once the mock has asked for a token, or for another one. */
export const isTokenNeeded = signal(false);

/** The theme that was chosen; empty for that of the system. */
export const theme = kept("widgets-mock.theme");

/** A text that lasts as long as the browser's tab. */
function kept(name: string): Signal<string> {
  const text = signal(sessionStorage.getItem(name) ?? "");
  effect(() => {
    if (text.value === "") sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, text.value);
  });
  return text;
}
