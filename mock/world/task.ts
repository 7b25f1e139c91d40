/** A scheduled task of a world. It is data, so that a snapshot can hold it. */
export type Task =
  /** Ends the crawl of the widget with this id, with the outcome of its site. */
  | { readonly kind: "crawl"; readonly widget: string }
  /** Attempts the delivery with this key. */
  | { readonly kind: "delivery"; readonly key: string };
