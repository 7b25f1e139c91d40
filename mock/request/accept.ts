import { parseAccept } from "hono/utils/accept";
import { Refusal } from "../refusal.ts";

const taken = new Set(["application/json", "application/*", "*/*", "application/problem+json"]);

/** @throws Refusal where the client says that it takes no JSON. */
export function checkAccept(headers: Headers): void {
  const accept = headers.get("accept");
  if (accept === null || accept === "" || accept === "*/*" || accept === "application/json") return;
  if (parseAccept(accept).some(({ type, q }) => taken.has(type.toLowerCase()) && q > 0)) return;
  throw new Refusal("not_acceptable", { values: { accept } });
}
