/** Counts what the mock answered. */
export class Tally {
  readonly counts = new Map<string, number>();
  readonly surprises = new Map<string, number>();
  requests = 0;

  /** Counts an answer. 507 is the one error of a server that is meant: a bound was reached. */
  add(kind: string, status: number): void {
    this.requests++;
    const key = `${kind} ${status}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (status >= 500 && status !== 507) this.addSurprise(key);
  }

  addSurprise(what: string): void {
    this.surprises.set(what, (this.surprises.get(what) ?? 0) + 1);
  }
}
