import { Refusal } from "../refusal.ts";
import { hash } from "../world/random.ts";
import type { World } from "../world/world.ts";

/** The start of a page: after the widget with this place in the order of creation, as the nth page of the listing. */
export interface Position {
  readonly order: number;
  readonly page: number;
}

/** Writes an opaque cursor. */
export function writeCursor(world: World, { order, page }: Position): string {
  return btoa(`${order}.${page}.${checkSum(world, order, page)}`).replace(/=+$/, "");
}

/** @throws Refusal if the cursor is not from this world's list (A-LIST-5) */
export function readCursor(world: World, cursor: string): Position {
  const [, order, page, sum] = /^(\d{1,15})\.(\d{1,15})\.([0-9a-z]+)$/.exec(decode(cursor)) ?? [];
  const position = { order: Number(order), page: Number(page) };
  if (sum === undefined || sum !== checkSum(world, position.order, position.page)) {
    throw new Refusal("invalid_cursor", { values: { reason: "The cursor is not from this list." } });
  }
  return position;
}

function checkSum(world: World, order: number, page: number): string {
  return hash(`${world.ids.name} ${order} ${page}`).toString(36);
}

function decode(cursor: string): string {
  try {
    return atob(cursor);
  } catch {
    return "";
  }
}
