/** HTML that is safe to show: everything that was put into it was escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[] | undefined;

/** HTML with values put in, each escaped but what is markup already; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((text, n) => (n === 0 ? text : `${shown(values[n - 1])}${text}`)).join(""));
}

/** A sentence of the document: what stands between backticks is code. */
export function htmlSentence(text: string): Markup {
  return new Markup(escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>"));
}

function shown(value: Value): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  return Array.isArray(value) ? value.map(({ text }) => text).join("") : escaped(String(value));
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
