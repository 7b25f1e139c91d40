import type { CallerRole, Exchange } from "../../history/exchange.ts";
import type { Means } from "../../history/record.ts";
import type { Fields } from "../../target.ts";
import { bodyWord, quoted, type ShellPart, shellWord } from "./shell-words.ts";

/** Where calls go, and what they carry. */
export interface CurlTarget {
  readonly baseUrl: string;
  readonly means: Means;
}

/** How a call is shown: with its status and header fields, or its body alone. */
export type CurlFlags = "-si" | "-s";

/** A call as a line for a shell. The credential is taken from the environment of whoever pastes it. */
export function curl(
  { baseUrl, means }: CurlTarget,
  { request, caller }: Exchange,
  flags: CurlFlags,
  path: readonly ShellPart[],
) {
  const { method, body } = request;
  return [
    `curl ${flags}${flags === "-si" ? " -w '\\n'" : ""}`,
    ...(method === "GET" ? [] : [`-X ${method}`]),
    ...credentialFlags(means, caller),
    ...Object.entries(means.headers).map(([name, value]) => `-H ${quoted(`${capitals(name)}: ${value}`)}`),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${bodyWord(body)}`]),
    shellWord([baseUrl, ...path]),
  ].join(" ");
}

function credentialFlags({ credential, secondCredential = {} }: Means, who: CallerRole): string[] {
  if (who === "anonymous") return [];
  return who === "own" ? fieldsFrom("WIDGETS", credential) : fieldsFrom("WIDGETS_SECOND", secondCredential);
}

/** The first field takes the key; a credential of several has a variable for each of the others. */
function fieldsFrom(prefix: string, fields: Fields): string[] {
  return Object.entries(fields).map(([name, scheme], index) => {
    const variable = index === 0 ? "API_KEY" : name.toUpperCase().replaceAll(/\W/g, "_");
    return `-H "${capitals(name)}: ${scheme === "" ? "" : `${scheme} `}$${prefix}_${variable}"`;
  });
}

function capitals(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash, letter) => `${dash}${letter.toUpperCase()}`);
}
