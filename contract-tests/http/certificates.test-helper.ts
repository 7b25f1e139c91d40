import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its key (PEM). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A private authority, what it has signed, and the file of its own certificate. */
export interface Certificates {
  readonly ca: string;
  /** For localhost and 127.0.0.1. */
  readonly server: KeyPair;
  readonly expired: KeyPair;
  readonly client: KeyPair;
}

let made: Certificates | undefined;

/** Makes a private authority and its certificates, once. */
export function certificates(): Certificates {
  made ??= makeCertificates();
  return made;
}

function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"];
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const signed = (name: string, ...options: readonly string[]): KeyPair => {
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names.txt"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.pem`, ...options);
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  try {
    writeFileSync(join(folder, "names.txt"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Private CA", "-days", "2");
    const [server, client, expired] = [
      signed("server", "-days", "2"),
      signed("client", "-days", "2"),
      signed("expired", "-days", "-1"),
    ];
    return { ca: read("ca.pem"), server, client, expired };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
