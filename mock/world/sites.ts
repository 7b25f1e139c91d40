/** Hosts and the revisions of their content, as a snapshot has them. */
export type SitesState = readonly (readonly [host: string, revision: number])[];

/** The content of the sites that a world's widgets stand on, as far as it has changed. */
export class Sites {
  readonly #revisions = new Map<string, number>();

  /** Which revision of a site's content a crawl would find; the first is 1. */
  revisionOf(host: string): number {
    return this.#revisions.get(host) ?? 1;
  }

  get areUnchanged(): boolean {
    return this.#revisions.size === 0;
  }

  /** Lets the content of a site change, and gives its new revision. */
  change(host: string): number {
    const revision = this.revisionOf(host) + 1;
    this.#revisions.set(host, revision);
    return revision;
  }

  save(): SitesState {
    return [...this.#revisions];
  }

  load(revisions: SitesState): void {
    this.#revisions.clear();
    for (const [host, revision] of revisions) this.#revisions.set(host, revision);
  }
}
