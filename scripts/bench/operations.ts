/** One request of the benchmark, the same for every server. */
export interface BenchOperation {
  readonly name: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: string;
}

/** What one measured value comes from: requests that are sent in turns. */
export interface BenchLoad {
  readonly name: string;
  readonly requests: readonly BenchOperation[];
  /** Number of organizations that send them in turns (default 1). */
  readonly worlds?: number;
}

export const authorization = "Bearer sk_test_bench";

/** Number of the organizations of the load that has many. */
export const manyWorlds = 1000;

/** The credential of one of many organizations. */
export function authorizationIn(world: number | "{world}"): string {
  return `${authorization}_${world}`;
}

const widgets = "/api/v1/widgets";

export const listTwenty: BenchOperation = { name: "list 20", method: "GET", path: `${widgets}?limit=20` };

export const create: BenchOperation = {
  name: "create",
  method: "POST",
  path: widgets,
  body: JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" }),
};

export function getOne(id: string): BenchOperation {
  return { name: "get one", method: "GET", path: `${widgets}/${id}` };
}

export function listFrom(limit: number, cursor: string | null): BenchOperation {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
  return { name: `list ${limit}`, method: "GET", path: `${widgets}?${query}` };
}

/** A create whose values no other widget has, so that no value is stored once for several widgets. */
export function createNumbered(number: number): BenchOperation {
  const body = JSON.stringify({ name: `Site number ${number}`, site_url: `https://site-${number}.example` });
  return { ...create, body };
}

/** The loads that servers are compared by: a widget and a list that are read, and what changes them. */
export function loadsOn(id: string): BenchLoad[] {
  const [get, patch] = [getOne(id), patchOne(id, "{n}")];
  return [
    { name: get.name, requests: [get] },
    { name: listTwenty.name, requests: [listTwenty] },
    { name: "list 20, patch in turns", requests: [listTwenty, patch] },
    { name: patch.name, requests: [patch] },
    { name: create.name, requests: [create] },
    { name: `create, ${manyWorlds} organizations`, requests: [create], worlds: manyWorlds },
  ];
}

/** @param number what no update before had, so that each one changes the widget; `{n}` has wrk count */
export function patchOne(id: string, number: number | "{n}"): BenchOperation {
  const body = JSON.stringify({ intro_title: `Title number ${number}` });
  return { name: "patch", method: "PATCH", path: `${widgets}/${id}`, body };
}

export function deleteOne(id: string): BenchOperation {
  return { name: "delete", method: "DELETE", path: `${widgets}/${id}` };
}
