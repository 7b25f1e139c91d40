import { constants } from "node:os";

/** Ctrl-C can reach a program below npx twice, as npx passes it on: what follows so soon is the same signal. */
const sameSignalMs = 500;

/** What a command does when it is asked to end. */
export interface StopActions {
  /** @param exitCode the code of a program that the signal ends, such as 130 for SIGINT */
  first(exitCode: number): void;
  /** What a second request does; by default it ends the program at once. */
  again?(exitCode: number): void;
}

/**
 * Acts on Ctrl-C, SIGTERM and, at a terminal, on its end (SIGHUP). Without a terminal SIGHUP keeps its effect: `nohup` ignores it.
 * @returns a function that asks for the same without a signal
 */
export function onStopSignal({ first, again = (code) => process.exit(code) }: StopActions): (exitCode: number) => void {
  let stoppingSince: number | undefined;
  const request = (exitCode: number) => {
    const now = performance.now();
    if (stoppingSince === undefined) {
      stoppingSince = now;
      first(exitCode);
    } else if (now - stoppingSince > sameSignalMs) again(exitCode);
  };
  for (const signal of ["SIGINT", "SIGTERM", ...(process.stderr.isTTY ? ["SIGHUP" as const] : [])] as const) {
    process.on(signal, () => request(128 + constants.signals[signal]));
  }
  return request;
}
