import type { Target } from "./target.ts";

/** What stands for a credential. */
const mask = "[redacted]";
/** A shorter secret is likely to be a part of something else. */
const minLength = 6;
/** So many of a long secret's last characters may be missing: a credential that was cut short is as good as told. */
const spareLength = 4;
/** The schemes that a credential may be sent with. */
const scheme = /^(?:Bearer|Basic|Token|ApiKey) /i;

/** Takes credentials out of whatever it is given: texts, and all texts in JSON, the names of members included. */
export type Redact = <T>(value: T) => T;

/**
 * Makes what takes the credentials of a target out of what it has answered: in clear, escaped for a URL, HTML or JSON, and
 * in base64.
 * @param secrets others that must not be told
 */
export function redactorFor(
  { credential, secondCredential = {}, connection = {} }: Target,
  secrets: readonly string[] = [],
): Redact {
  const { proxy } = connection;
  const password = proxy !== undefined && URL.canParse(proxy) ? decodeURIComponent(new URL(proxy).password) : "";
  const values = [...Object.values(credential), ...Object.values(secondCredential), ...secrets, password];
  const all = values.flatMap((value) => [value.replace(scheme, ""), ...basicParts(value)]);
  const patterns = [...new Set(all)].filter(({ length }) => length >= minLength).flatMap(patternsOf);
  if (patterns.length === 0) return (value) => value;
  const pattern = new RegExp(patterns.join("|"), "giu");
  return (value) => redacted(value, pattern);
}

/** The user and the password of a Basic credential. */
function basicParts(value: string): string[] {
  if (!/^Basic /i.test(value)) return [];
  const text = Buffer.from(value.replace(scheme, ""), "base64").toString("utf8");
  return [text, text.slice(text.indexOf(":") + 1)];
}

function redacted<T>(value: T, pattern: RegExp): T {
  if (typeof value === "string") return value.replaceAll(pattern, mask) as T;
  if (Array.isArray(value)) return value.map((item) => redacted(item, pattern)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [redacted(name, pattern), redacted(inner, pattern)]);
  return Object.fromEntries(entries) as T;
}

/** Patterns of the forms in which a secret may be told. */
function patternsOf(secret: string): string[] {
  const characters = [...secret].map(patternOfCharacter);
  const needed = secret.length >= 4 * spareLength ? characters.length - spareLength : characters.length;
  const spare = characters.slice(needed).reduceRight((rest, one) => `(?:${one}${rest})?`, "");
  return [characters.slice(0, needed).join("") + spare, ...base64Patterns(secret)];
}

/** A character as it is, or escaped: %41, %2541, &#65;, &#x41;, \u0041, and with a backslash before it. */
function patternOfCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const bytes = [...Buffer.from(character)].map((byte) => `%(?:25)*${byte.toString(16).padStart(2, "0")}`).join("");
  const entity = `&#0*${code};|&#x0*${hex};`;
  return `(?:\\\\?${character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")}|${bytes}|${entity}|\\\\u${hex.padStart(4, "0")})`;
}

/** What of a secret's base64 does not depend on what stands around it, at each of three places. */
function base64Patterns(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.from(`${"\0".repeat(before)}${secret}`)
      .toString("base64")
      .replace(/=+$/, "");
    const isEven = (before + Buffer.byteLength(secret)) % 3 === 0;
    const core = whole.slice(before === 0 ? 0 : before + 1, isEven ? undefined : -1);
    // In both alphabets.
    return core.length < minLength ? [] : [core.replaceAll("+", "[+-]").replaceAll("/", "[/_]")];
  });
}
