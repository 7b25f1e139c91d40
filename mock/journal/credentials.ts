import { withoutPasswords } from "../../spec/shown-url.ts";

/** What stands in place of a credential. */
export const redacted = "[redacted]";

/** The forms of the mock's own credentials: API keys, webhook secrets, visitors' tokens. */
const ownCredential = /(?:sk_(?:test|live)_|whsec_|cvt_)[\w+/=.~-]+/g;
/** Shorter texts are credentials only where their name says so: they may be part of anything. */
const minEchoLength = 6;

/** Words at the end of a name that make it one of a credential, and those that do so alone. */
const credentialEnding =
  /(?:token|secret|passw(?:or)?d|passphrase|apikey|accesskey|cookie2?|credentials?|signature|sessionid|authorization)$/;
const credentialWords = new Set(["auth", "jwt", "pass", "pwd", "session", "sid", "sig"]);
const keyWords = new Set(["access", "account", "api", "client", "private", "secret", "service", "subscription"]);

/** True for the name of a header, a query parameter or a member that holds a credential, such as `X-Api-Key`. */
export function isCredentialName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  if (words[0] === "access" && words[1] === "control") return false;
  return words.some(
    (word, index) =>
      credentialEnding.test(word) ||
      credentialWords.has(word) ||
      (word === "key" && (words.length === 1 || keyWords.has(words[index - 1] ?? ""))),
  );
}

/** Removes credentials from what is shown of one request and its answer. */
export class Redactor {
  /** Longest first, so that no part of one is left. */
  readonly #echoes: readonly string[];

  /** @param credentials that may be repeated anywhere, besides those of the mock's own forms */
  constructor(credentials: Iterable<string>) {
    const known = [...new Set(credentials)].filter(({ length }) => length >= minEchoLength);
    this.#echoes = [...new Set(known.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  }

  /** A text in which credentials may be repeated. */
  text(text: string): string {
    let shown = text;
    for (const echo of this.#echoes) if (shown.includes(echo)) shown = shown.replaceAll(echo, redacted);
    return withoutPasswords(redactOwnCredentials(shown));
  }

  /** The beginning of a longer text, which may end in the middle of a credential. */
  beginning(text: string): string {
    const shown = this.text(text);
    for (const echo of this.#echoes) {
      for (let length = echo.length - 1; length >= minEchoLength; length--) {
        if (shown.endsWith(echo.slice(0, length))) return shown.slice(0, -length) + redacted;
      }
    }
    return shown;
  }

  header(name: string, value: string): string {
    return isCredentialName(name) ? redactHeader(name, value) : this.text(value);
  }

  /** A query with its question mark, or a form: its values by their names. */
  query(search: string): string {
    return this.text(search.split("&").map(redactPair).join("&"));
  }

  /** A JSON text, whole or cut off: strings and numbers by the names of their members. */
  json(text: string): string {
    let isCredential = false;
    return text.replace(
      /"((?:[^"\\]|\\.)*)(?:"|$)(\s*:\s*)?(-?\d[\d.eE+-]*)?/g,
      (whole, content: string, colon: string | undefined, number: string | undefined) => {
        if (colon === undefined) {
          const shown = isCredential && content !== "" ? `"${redacted}"${number ?? ""}` : whole;
          isCredential = false;
          return shown;
        }
        isCredential = isCredentialName(decodeMember(content));
        return isCredential && number !== undefined ? `"${content}"${colon}"${redacted}"` : whole;
      },
    );
  }
}

/** Removes the mock's own credentials from a text. */
export function redactOwnCredentials(text: string): string {
  return text.replace(ownCredential, redacted);
}

/** The credentials in a header: the one behind the scheme, the parts of Basic, each cookie. */
export function credentialsIn(name: string, value: string): string[] {
  if (!isCredentialName(name)) return [];
  if (/cookie/i.test(name)) return value.split(/[;,]\s*/).map((pair) => pair.replace(/^[^=]*=/, ""));
  const [, scheme = "", rest = value] = /^([\w-]+) +(.+)$/s.exec(value) ?? [];
  return [value, rest, ...(scheme.toLowerCase() === "basic" ? partsOfBasic(rest) : [])];
}

/** The credentials in a query. */
export function credentialsInQuery(search: string): string[] {
  return [...new URLSearchParams(search)].filter(([name]) => isCredentialName(name)).map(([, value]) => value);
}

/** A pair of a query or a form, without its value if that is a credential. */
function redactPair(pair: string): string {
  const start = pair.search(/[^=]|$/);
  const end = pair.indexOf("=", start);
  if (end < 0) return pair;
  const name = pair.slice(Math.max(start, pair.lastIndexOf("?", end) + 1), end);
  return isCredentialName(decodeName(name)) ? `${pair.slice(0, end)}=${redacted}` : pair;
}

const schemes = /^(?:basic|bearer|digest|negotiate|token) /i;

/** Keeps what says which kind of credential it was: the scheme, the names of cookies. */
function redactHeader(name: string, value: string): string {
  const cookie = (pair: string) => pair.replace(/^(\s*[^=]*=)?.*$/s, `$1${redacted}`);
  if (/^cookie2?$/i.test(name)) return value.split(";").map(cookie).join(";");
  if (/^set-cookie2?$/i.test(name)) return value.replace(/^[^;]*/, cookie);
  return `${schemes.exec(value)?.[0] ?? ""}${redacted}`;
}

function partsOfBasic(encoded: string): string[] {
  try {
    const decoded = atob(encoded);
    return [decoded, decoded.replace(/^[^:]*:/, "")];
  } catch {
    return [];
  }
}

/** A credential as it stands in a header, in JSON, in a URL and in a form. */
function spellingsOf(credential: string): string[] {
  const inUrl = new URLSearchParams([["", credential]]).toString().slice(1);
  return [credential, JSON.stringify(credential).slice(1, -1), inUrl, inUrl.replaceAll("+", "%20")];
}

function decodeName(name: string): string {
  return [...new URLSearchParams(name).keys()][0] ?? name;
}

function decodeMember(content: string): string {
  try {
    return content.includes("\\") ? String(JSON.parse(`"${content}"`)) : content;
  } catch {
    return content;
  }
}
