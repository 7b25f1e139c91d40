import type { Exchange } from "../history/exchange.ts";

/** A call as a line that can be pasted into a shell; the credential is left for whoever pastes it. */
export function curlOf(baseUrl: string, { request, who }: Exchange): string {
  const parts = ["curl"];
  if (request.method !== "GET") parts.push("-X", request.method);
  if (who !== "nobody") parts.push("-H", '"Authorization: Bearer $WIDGETS_API_KEY"');
  if (request.body !== undefined) {
    parts.push("-H", "'Content-Type: application/json'", "-d", quoted(JSON.stringify(request.body)));
  }
  return [...parts, quoted(baseUrl + request.path)].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
