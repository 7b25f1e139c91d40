import { parseAccept } from "hono/utils/accept";
import type { HeaderLookup } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";

const acceptable = new Set(["application/json", "application/*", "*/*", "application/problem+json"]);

/** @throws Refusal if the client does not accept JSON */
export function checkAccept(header: HeaderLookup): void {
  const accept = header("accept");
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json") return;
  if (parseAccept(accept).some(({ type, q }) => acceptable.has(type.toLowerCase()) && q > 0)) return;
  throw new Refusal("not_acceptable", { values: { accept } });
}
