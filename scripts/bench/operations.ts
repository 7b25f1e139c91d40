/** One request of the benchmark, the same for every server. */
export interface BenchOperation {
  readonly name: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: string;
}

export const authorization = "Bearer sk_test_bench";

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

export function patchOne(id: string, number: number): BenchOperation {
  const body = JSON.stringify({ intro_title: `Title number ${number}` });
  return { name: "patch", method: "PATCH", path: `${widgets}/${id}`, body };
}

export function deleteOne(id: string): BenchOperation {
  return { name: "delete", method: "DELETE", path: `${widgets}/${id}` };
}
