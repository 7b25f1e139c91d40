/** Thrown when a fault breaks the connection, as fetch does. */
export class ConnectionReset extends TypeError {
  readonly code = "ECONNRESET";

  constructor() {
    super("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
  }
}
