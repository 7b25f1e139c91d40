/** The kinds of rows, in the order in which they are loaded; those of one kind are in the order in which they were put first. */
export const rowKinds = [
  "mock",
  "world",
  "count",
  "organization",
  "key",
  "endpoint",
  "fault",
  "window",
  "site",
  "widget",
  "deleted",
  "conversation",
  "message",
  "usage",
  "delivery",
  "attempt",
  "reply",
  "request",
  "happening",
] as const;

/** The kind of a row: that of a part of a snapshot, or `count`, the number of request ids that were drawn. */
export type RowKind = (typeof rowKinds)[number];

/**
 * What became of a row. One that is put for the first time goes behind all others of its kind; put again, it keeps its
 * place.
 */
export interface RowChange {
  readonly kind: RowKind;
  /** Differs from that of every other row of the kind in its organization. */
  readonly key: string;
  /** Undefined if it was removed. */
  readonly json: string | undefined;
}

/** What became of the rows of an organization. */
export interface WorldChange {
  /** An empty text for what all organizations share. */
  readonly organization: string;
  /** True if all rows that it had are removed first: it was created, reset or restored. Without any rows, it is gone. */
  readonly isWhole: boolean;
  /** To be applied in order. Those of a whole organization are as they were at one instant, however late they are read. */
  readonly rows: Iterable<RowChange>;
  /** What may be lost with a process, such as recorded requests. */
  readonly lossy: readonly RowChange[];
}

/** The organization of what all share. */
export const shared = "";
