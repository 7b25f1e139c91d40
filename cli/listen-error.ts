import { UsageError } from "./command-line/command.ts";

/**
 * Explains why a server could not listen.
 * @param hostFlag what the address was given by, such as --host
 * @returns a UsageError where the address is none of this machine
 */
export function explainListenError(
  error: unknown,
  { port, host, hostFlag }: { readonly port: number; readonly host: string; readonly hostFlag?: string },
): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EADDRINUSE":
      return new Error(`port ${port} is in use; stop what uses it, or pass another --port, or --port 0 for a free one`);
    case "EACCES":
      return new Error(`port ${port} is not allowed; pass a --port above 1023`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UsageError(
        `${hostFlag} must be an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0, got "${host}"`,
      );
    default:
      return new Error(`cannot listen on ${host}, port ${port}: ${message}`);
  }
}
