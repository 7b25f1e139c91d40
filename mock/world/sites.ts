import type { Changes } from "../store/changes.ts";

/** The revisions of the sites whose content was changed. */
export class Sites {
  readonly #revisions = new Map<string, number>();
  readonly #changes: Changes | undefined;

  constructor(changes: Changes | undefined) {
    this.#changes = changes;
  }

  /** The revision of a site's content that a crawl would find, from 1. */
  revisionOf(host: string): number {
    return this.#revisions.get(host) ?? 1;
  }

  /** True if a change of this site would be one more. */
  isNew(host: string): boolean {
    return !this.#revisions.has(host);
  }

  /** Number of sites that were changed. */
  get size(): number {
    return this.#revisions.size;
  }

  get areUnchanged(): boolean {
    return this.#revisions.size === 0;
  }

  /** Changes the content of a site, and returns its new revision. */
  change(host: string): number {
    const revision = this.revisionOf(host) + 1;
    this.set(host, revision);
    return revision;
  }

  /** The changed sites and their revisions. */
  entries(): (readonly [host: string, revision: number])[] {
    return [...this.#revisions];
  }

  /** Sets the revision of a changed site. */
  set(host: string, revision: number): void {
    this.#revisions.set(host, revision);
    this.#changes?.changed("site", host);
  }

  /** Makes a site one that was never changed. */
  drop(host: string): void {
    this.#revisions.delete(host);
    this.#changes?.removed("site", host);
  }
}
