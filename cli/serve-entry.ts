import { commandEntry } from "./command-entry.ts";

/** `widgets-mock serve`, which is also what `widgets-mock` alone does. */
export const serveEntry = commandEntry({
  describe: async () => (await import("./serve-flags.ts")).serveCommand,
  run: async () => (await import("./serve.ts")).serve,
});
