/**
 * A text in which no URL shows a user or a password: `http://user:pass@proxy:3128` becomes `http://[redacted]@proxy:3128`.
 * It may be a URL, hold some, or be an attempt at one; of an attempt, whatever could be a password goes.
 */
export function withoutPasswords(text: string): string {
  if (!text.includes("@")) return text;
  return text.replaceAll(
    /([a-z][a-z\d+.-]{0,20}:[/\\]{1,4})([^\s"<>]*)/gi,
    (whole: string, scheme: string, rest: string) => {
      const end = endOfUser(whole, rest);
      return end === -1 ? whole : `${scheme}[redacted]${rest.slice(end)}`;
    },
  );
}

/** The place of the `@` behind a user and a password, or -1 for none. */
function endOfUser(url: string, rest: string): number {
  if (!URL.canParse(url)) return rest.lastIndexOf("@");
  const { username, password } = new URL(url);
  return username === "" && password === "" ? -1 : rest.slice(0, rest.search(/[/\\?#]|$/)).lastIndexOf("@");
}
