import type { Flags } from "./command-line/flag.ts";

/** How a server is reached: what every command has that calls one. */
export const connectionFlags = {
  proxy: {
    kind: "text",
    group: "Connection",
    placeholder: "url",
    isSecret: true,
    pattern: "https?://.+",
    expected: "an http or https URL",
    description:
      "Proxy for every request; by default HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose, but not for this machine",
  },
  ca: {
    kind: "text",
    group: "Connection",
    placeholder: "pem",
    description: "File with the certificate of a private authority that signed the server's",
  },
  clientCert: {
    kind: "text",
    group: "Connection",
    placeholder: "pem",
    requires: "clientKey",
    description: "File with a client certificate",
  },
  clientKey: {
    kind: "text",
    group: "Connection",
    placeholder: "pem",
    requires: "clientCert",
    description: "File with its key",
  },
  insecure: {
    kind: "switch",
    group: "Connection",
    description: "Accept any certificate of the server; the report warns of it",
  },
  resolve: {
    kind: "text",
    group: "Connection",
    placeholder: "host:port:address",
    repeatable: true,
    pattern: "[^:]+:\\d{1,5}:\\[?[\\da-fA-F.:]+\\]?",
    expected: "host:port:address",
    description: "Address of a host at a port, instead of what DNS says; without a proxy",
  },
} as const satisfies Flags;
