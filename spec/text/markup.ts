/** Safe HTML: all values in it were escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | undefined;

/** Inserts values into HTML: markup as it is, everything else escaped, undefined as nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((text, n) => (n === 0 ? text : `${valueHtml(values[n - 1])}${text}`)).join(""));
}

/** Formats a sentence of the document: text between backticks is code. */
export function htmlSentence(text: string): Markup {
  return new Markup(escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>"));
}

function valueHtml(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  return Array.isArray(value) ? value.map(({ text }) => text).join("") : escapeHtml(String(value));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
