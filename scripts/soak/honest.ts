import { randomInt, randomUUID } from "node:crypto";
import type { Send } from "./caller.ts";

const widgets = "/api/v1/widgets";

/** Lives the life of a widget in an organization: each call as an integrator makes it, with a pause for its crawl. */
export async function liveHonestly(send: Send, key: string): Promise<void> {
  const call = (method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object) =>
    send("honest", { method, path, key, ...(body === undefined ? {} : { body }) });
  const { status, json } = await send("honest", {
    method: "POST",
    path: widgets,
    key,
    body: { name: "Soak", site_url: `https://site-${randomInt(1000)}.example`, persona: "p".repeat(randomInt(2000)) },
    headers: { "idempotency-key": randomUUID() },
  });
  // Room for others is made below.
  if (status === 201) {
    const path = `${widgets}/${json["id"]}`;
    await call("GET", path);
    await call("PATCH", path, { voice: "Aoede", theme: { primary: "#ff6600" } });
    await call("GET", `${widgets}?limit=20`);
    await converse(send, String(json["id"]));
    await call("POST", `${path}/pause`);
    await call("POST", `${path}/resume`);
    await call("POST", `${path}/recrawl`);
    if (randomInt(3) > 0) await call("DELETE", path);
  }
  if (status !== 201 || randomInt(50) === 0) await send("control", { method: "POST", path: "/_mock/reset", key });
}

async function converse(send: Send, widget: string): Promise<void> {
  const path = `/api/v1/public/widgets/${widget}`;
  await send("visitor", { method: "GET", path: `${path}/config` });
  const { status, json } = await send("visitor", { method: "POST", path: `${path}/conversations`, body: {} });
  if (status !== 201) return;
  const headers = { authorization: `Bearer ${json["token"]}` };
  const messages = `${path}/conversations/${json["id"]}/messages`;
  await send("visitor", { method: "POST", path: messages, body: { text: "Hello?" }, headers });
}

/** Looks at the mock as a test run does: requests, deliveries, usage, the archive, a verification. */
export async function inspect(send: Send, key: string): Promise<void> {
  for (const path of ["requests?limit=50", "requests.har?limit=20", "deliveries", "usage", "webhooks", "faults"]) {
    await send("control", { method: "GET", path: `/_mock/${path}`, key });
  }
  const body = { operation: "createWidget", at_least: 1 };
  await send("control", { method: "POST", path: "/_mock/requests/verify", key, body });
  await send("control", { method: "POST", path: "/_mock/clock/advance", key, body: { seconds: randomInt(120) } });
}
