/** Says to which receivers a mock may send webhooks. */
export class WebhookTargets {
  /** The receivers of whoever runs the mock. */
  readonly #own: Set<string>;
  readonly #reach: { readonly isPublic: boolean };
  readonly #allow: readonly string[];

  /**
   * @param reach of the mock: what strangers cannot add need not be checked
   * @param allow networks that receivers may be in, besides public ones
   * @param own URLs of receivers that are always allowed
   */
  constructor(reach: { readonly isPublic: boolean }, allow: readonly string[], own: readonly string[]) {
    this.#reach = reach;
    this.#allow = allow;
    this.#own = new Set(own);
  }

  /** Allows a receiver, wherever it is. */
  trust(url: string): void {
    this.#own.add(url);
  }

  /** The networks that a receiver may be in, besides public ones; undefined if it may be anywhere. */
  networksFor(url: string): readonly string[] | undefined {
    return this.#reach.isPublic && !this.#own.has(url) ? this.#allow : undefined;
  }
}
