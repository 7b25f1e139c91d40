import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { defined } from "../contract-tests/defined.ts";
import type { Connection, ResolvedHost } from "../contract-tests/http/connection.ts";
import { shellQuote } from "../contract-tests/report/reproduction/shell-words.ts";
import { describeReadError } from "../spec/files/file-error.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import type { connectionFlags } from "./connection-flags.ts";

/** What the options of a connection are read from. */
interface ConnectionCall {
  readonly flags: Invocation<typeof connectionFlags>["flags"];
  readonly sourceOf: (name: keyof typeof connectionFlags) => string;
}

/**
 * How a server is reached.
 * @throws UsageError for a file that cannot be read, or does not hold what it should
 */
export function connectionOf({ flags, sourceOf }: ConnectionCall): Connection {
  const { proxy, ca, clientCert, clientKey, insecure, resolve } = flags;
  if (proxy !== undefined && resolve !== undefined) {
    throw new UsageError(
      `${sourceOf("resolve")}: a proxy finds the address by itself, so leave --proxy or --resolve out`,
    );
  }
  const curlOptions = [
    ...[
      ["--cacert", ca],
      ["--cert", clientCert],
      ["--key", clientKey],
    ].map(([name, file]) => file && `${name} ${shellQuote(file)}`),
    ...(insecure ? ["--insecure"] : []),
    ...(resolve ?? []).map((one) => `--resolve ${shellQuote(one)}`),
  ].filter((option) => option);
  return defined({
    ...{ proxy, ...certificatesOf({ flags, sourceOf }) },
    ...{ isInsecure: insecure || undefined, resolve: resolve?.map(resolvedHost) },
    curlOptions: curlOptions.length === 0 ? undefined : curlOptions.join(" "),
  });
}

/** @throws UsageError for a file that cannot be read, or does not hold what it should */
function certificatesOf({ flags, sourceOf }: ConnectionCall): Pick<Connection, "ca" | "clientCert" | "clientKey"> {
  type FileFlag = "ca" | "clientCert" | "clientKey";
  const read = (flag: FileFlag) => {
    const file = flags[flag];
    try {
      return file === undefined ? undefined : readFileSync(file, "utf8");
    } catch (error) {
      throw new UsageError(`${sourceOf(flag)}: cannot read ${file}: ${describeReadError(error)}`);
    }
  };
  const check = (given: readonly FileFlag[], expected: string, use: () => unknown) => {
    try {
      use();
    } catch (error) {
      const what = given.map((flag) => `${sourceOf(flag)} ${flags[flag]}`).join(" and ");
      throw new UsageError(`${what} must be ${expected}: ${(error as Error).message}`);
    }
  };
  const [ca, cert, key] = [read("ca"), read("clientCert"), read("clientKey")];
  if (ca !== undefined) check(["ca"], "certificates as PEM", () => new X509Certificate(ca));
  if (cert !== undefined && key !== undefined) {
    const use = () => createSecureContext({ cert, key });
    check(["clientCert", "clientKey"], "a certificate and its unencrypted key as PEM", use);
  }
  return defined({ ca, clientCert: cert, clientKey: key });
}

function resolvedHost(text: string): ResolvedHost {
  const [, host = "", port = "", address = ""] = /^([^:]+):(\d+):\[?([^\]]+)\]?$/.exec(text) ?? [];
  return { host: host.toLowerCase(), port: Number(port), address };
}
