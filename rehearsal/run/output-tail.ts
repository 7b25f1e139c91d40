/** So much of an output is kept, and so many lines of it are shown. */
const maxCharacters = 64 * 1024;
const maxLines = 20;

/** The end of an output that may be endless. */
export class OutputTail {
  #text = "";

  add(text: string): void {
    this.#text = (this.#text + text).slice(-maxCharacters);
  }

  /** The last lines, without empty ones at the end. */
  lines(): string[] {
    const lines = this.#text.trimEnd().split(/\r?\n/);
    return lines.slice(-maxLines).filter((line, index) => line !== "" || index > 0);
  }
}
