import { expect } from "vitest";

/** Headers of the organization that writes. */
export const headers = { authorization: "Bearer sk_test_own", "content-type": "application/json" };
/** The body of a new widget. */
export const body = JSON.stringify({ name: "Northwind", site_url: "https://northwind.example" });

/** What a mock has answered to clients that wrote until it was gone. */
export interface Acknowledged {
  readonly created: Set<string>;
  /** Those whose delete was answered, and those whose delete was not. */
  readonly deleted: Set<string>;
  readonly unsure: Set<string>;
}

/** Creates widgets, and deletes every third, until the mock is gone. */
export async function writeUntilGone(url: string, { created, deleted, unsure }: Acknowledged, acknowledge: () => void) {
  try {
    for (let count = 1; ; count++) {
      const response = await fetch(`${url}/api/v1/widgets`, { method: "POST", headers, body });
      const { id } = (await response.json()) as { id: string };
      expect([response.status, created.has(id)]).toEqual([201, false]);
      created.add(id);
      acknowledge();
      if (count % 3 !== 0) continue;
      unsure.add(id);
      expect((await fetch(`${url}/api/v1/widgets/${id}`, { method: "DELETE", headers })).status).toBe(204);
      deleted.add(id);
      unsure.delete(id);
      acknowledge();
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The ids of all widgets. */
export async function listAll(url: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await (await fetch(`${url}/api/v1/widgets?limit=100${query}`, { headers })).json();
    const { data, next_cursor: next } = page as { data: { id: string }[]; next_cursor: string | null };
    for (const { id } of data) ids.add(id);
    cursor = next;
  }
  return ids;
}

/** Nothing so far. */
export function nothingAcknowledged(): Acknowledged {
  return { created: new Set(), deleted: new Set(), unsure: new Set() };
}

/** What was acknowledged, and is otherwise: widgets that are missing, and deleted ones that are back. */
export async function lostBy(url: string, { created, deleted, unsure }: Acknowledged) {
  const there = await listAll(url);
  return {
    missing: [...created].filter((id) => !there.has(id) && !deleted.has(id) && !unsure.has(id)),
    back: [...deleted].filter((id) => there.has(id)),
  };
}
