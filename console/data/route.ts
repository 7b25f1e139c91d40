import { signal } from "@preact/signals";

/** A place in the console: `#/widgets/wgt_abc123` is the view `widgets` with the item `wgt_abc123`. */
export interface Place {
  readonly view: string;
  readonly item: string | undefined;
  readonly query: URLSearchParams;
}

/** The current place. */
export const route = signal(readRoute());

addEventListener("hashchange", () => {
  route.value = readRoute();
});

/** The address of a place. */
export function linkTo(view: string, item?: string, query?: Readonly<Record<string, string>>): string {
  const path = item === undefined ? view : `${view}/${encodeURIComponent(item)}`;
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search && `?${search}`}`;
}

/** Goes to a place. */
export function goTo(view: string, item?: string, query?: Readonly<Record<string, string>>): void {
  location.hash = linkTo(view, item, query);
}

function readRoute(): Place {
  const [path = "", search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view = "", item] = path.split("/");
  return { view: view || "widgets", item: item && decode(item), query: new URLSearchParams(search) };
}

/** Somebody may have typed the address. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
