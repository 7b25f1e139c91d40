import type { Running } from "./bin.test-helper.ts";

export const widgets = "/api/v1/widgets";
export const northwind = { name: "Northwind Catering", site_url: "https://northwindcatering.example" };

/** Sends a request to a running mock and reads its status and JSON. */
export async function send({ url }: Running, method: string, path: string, body?: unknown, key = "sk_test_one") {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
