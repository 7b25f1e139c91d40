import type { CallerRole, Exchange } from "../../history/exchange.ts";
import type { Means } from "../../history/record.ts";
import type { Fields } from "../../target.ts";
import { type ShellPart, shellBody, shellQuote, shellWord } from "./shell-words.ts";

/** Where requests go, and what they carry. */
export interface CurlTarget {
  readonly baseUrl: string;
  readonly means: Means;
}

/**
 * Writes a request as a curl command that takes the credential from the environment. With `-si` it prints the status and
 * headers of the response too. An id is part of the address: curl must neither expand brackets in it nor shorten a path.
 */
export function curlCommand(
  { baseUrl, means }: CurlTarget,
  { request, caller }: Pick<Exchange, "request" | "caller">,
  { flags, path = [request.path] }: { readonly flags: "-si" | "-s"; readonly path?: readonly ShellPart[] },
): string {
  const { method, body } = request;
  return [
    `curl ${flags} --globoff --path-as-is${flags === "-si" ? " -w '\\n'" : ""}`,
    ...(means.curlOptions === undefined ? [] : [means.curlOptions]),
    ...(method === "GET" ? [] : [`-X ${method}`]),
    ...credentialFlags(means, caller),
    ...Object.entries(means.headers).map(([name, value]) => `-H ${shellQuote(`${headerCase(name)}: ${value}`)}`),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${shellBody(body)}`]),
    shellWord([baseUrl, ...path]),
  ].join(" ");
}

/** Writes the command that deletes the widget of a create, by the shell variable that has its id. */
export function deleteCommand(target: CurlTarget, create: Exchange, variable: string): string {
  const { path } = create.request;
  const remove = { ...create, request: { method: "DELETE", path } };
  return curlCommand(target, remove, { flags: "-s", path: [`${path}/`, { shell: `$${variable}` }] });
}

function credentialFlags({ credential, secondCredential = {} }: Means, caller: CallerRole): string[] {
  if (caller === "anonymous") return [];
  if (caller === "other") return headerFlags("WIDGETS_SECOND", secondCredential);
  if (caller === "other-scheme") return ['-H "Authorization: Basic $(printf nobody-has-this-key: | base64)"'];
  return headerFlags("WIDGETS", credential).map((flag) => flag.replace(/\$(WIDGETS_\w+)/, keys[caller]));
}

/** How a shell makes a wrong key from the right one. */
const keys: { readonly [caller in Exclude<CallerRole, "anonymous" | "other" | "other-scheme">]: string } = {
  own: "$$$1",
  "made-up": "nobody-has-this-key",
  "cut-short": "$${$1%????}",
  extended: "$${$1}0000",
  "other-case": '$${$1%"$${$1##*_}"}$$(printf %s "$${$1##*_}" | tr a-zA-Z A-Za-z)',
};

/** The first header takes the API key; each further one has a variable of its own. */
function headerFlags(prefix: string, fields: Fields): string[] {
  return Object.entries(fields).map(([name, scheme], index) => {
    const variable = index === 0 ? "API_KEY" : name.toUpperCase().replaceAll(/\W/g, "_");
    return `-H "${headerCase(name)}: ${scheme === "" ? "" : `${scheme} `}$${prefix}_${variable}"`;
  });
}

function headerCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash, letter) => `${dash}${letter.toUpperCase()}`);
}
