import { spawn } from "node:child_process";

/** The program that opens an address in the user's browser, and its arguments before the address. */
const openers: { readonly [platform: string]: readonly [program: string, ...args: string[]] } = {
  darwin: ["open"],
  // `start` takes its first argument in quotes for a title.
  win32: ["cmd", "/c", "start", '""'],
};

/**
 * Opens an address in the user's browser.
 * @param onFailure called with the reason if that is not possible, as on a machine without a desktop
 */
export function openBrowser(url: string, onFailure: (reason: string) => void): void {
  const [program, ...args] = openers[process.platform] ?? ["xdg-open"];
  const opener = spawn(program, [...args, url], { stdio: "ignore", detached: true });
  opener.once("error", ({ message }) => onFailure(message));
  opener.once("exit", (code) => {
    if (code !== 0 && code !== null) onFailure(`${program} exited with ${code}`);
  });
  // The browser goes on when the mock is stopped.
  opener.unref();
}
