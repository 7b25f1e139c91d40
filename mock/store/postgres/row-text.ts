import type { RowChange } from "../row.ts";

/** No JSON holds these unescaped, and no key: rows go to the database as a few texts that it splits. */
const separator = "\u0001";
const nothing = "\u0002";

/** What one command, or several at once, write. */
export interface WrittenWorld {
  readonly organization: string;
  readonly version: number;
  readonly isWhole: boolean;
  readonly isBlank: boolean;
  readonly wakeAt: number | undefined;
  readonly rows: readonly RowChange[];
}

/** Rows as the parameters of `writeRows`. */
export interface RowTexts {
  readonly worlds: readonly number[];
  readonly kinds: string;
  readonly keys: string;
  readonly jsons: string;
  readonly flags: readonly number[];
}

/** A row that comes behind the others although there was one before, and one that is a delivery on its way. */
export const movedFlag = 1;
export const sentFlag = 2;

/** Joins the rows of worlds: each address once, as it is at the end. */
export function joinRows(worlds: readonly WrittenWorld[]): RowTexts {
  const places: number[] = [];
  const kinds: string[] = [];
  const keys: string[] = [];
  const jsons: string[] = [];
  const flags: number[] = [];
  for (const [place, { rows }] of worlds.entries()) {
    for (const { kind, key, json, isMoved } of lastOfEach(rows)) {
      places.push(place + 1);
      kinds.push(kind);
      keys.push(key);
      jsons.push(json ?? nothing);
      flags.push((isMoved ? movedFlag : 0) | (kind === "delivery" && isOnItsWay(json) ? sentFlag : 0));
    }
  }
  const join = (texts: readonly string[]) => texts.join(separator);
  return { worlds: places, kinds: join(kinds), keys: join(keys), jsons: join(jsons), flags };
}

/** Texts as one, for a statement that splits them. */
export function joinTexts(texts: readonly string[]): string {
  return texts.join(separator);
}

type LastChange = RowChange & { readonly isMoved: boolean };

function lastOfEach(rows: readonly RowChange[]): Iterable<LastChange> {
  const last = new Map<string, LastChange>();
  for (const row of rows) {
    const address = `${row.kind} ${row.key}`;
    const before = last.get(address);
    const isMoved = before !== undefined && (before.json === undefined || before.isMoved) && row.json !== undefined;
    last.delete(address);
    last.set(address, { ...row, isMoved });
  }
  return last.values();
}

/** A delivery that is pending without a time is being sent. Inside of texts, quotes are escaped. */
function isOnItsWay(json: string | undefined): boolean {
  return json?.includes('"state":"pending"') === true && !json.includes('"timer":{');
}
