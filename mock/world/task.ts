/** What a world has on its agenda; data, so that a snapshot can hold it. */
export type Task =
  /** A crawl of the widget with this id ends, as its site would have it. */
  | { readonly kind: "crawl"; readonly widget: string }
  /** A delivery is attempted. */
  | { readonly kind: "delivery"; readonly key: string };
