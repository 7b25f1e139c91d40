// A client that expects no more than the documentation says: it retries what is safe, and goes on where it was interrupted.
import assert from "node:assert/strict";
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const {
  WIDGETS_API_URL: url,
  WIDGETS_API_KEY: key,
  WIDGETS_WEBHOOK_PORT: port,
  WIDGETS_WEBHOOK_SECRET: secret,
} = process.env;

/** Sends a request until it gets an answer that is neither trouble nor a conflict that passes. */
async function call(method, path, { body, accept = [] } = {}) {
  const authorization = `Bearer ${key}`;
  const headers = { authorization, "content-type": "application/json", "idempotency-key": randomUUID() };
  const request = { method, headers, body: body && JSON.stringify(body) };
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await answerTo(path, request);
    if (answer.ok || accept.includes(answer.status)) return answer.text ? JSON.parse(answer.text) : undefined;
    if (answer.waitSeconds === undefined) throw new Error(`${method} ${path} got a ${answer.status}`);
    await sleep(1000 * answer.waitSeconds);
  }
  throw new Error(`${method} ${path} had no answer`);
}

/** Sends a request once; `waitSeconds` says when to try again, where that makes sense. */
async function answerTo(path, request) {
  try {
    const response = await fetch(`${url}${path}`, { ...request, signal: AbortSignal.timeout(10_000) });
    const { ok, status } = response;
    const wait = response.headers.get("retry-after") ?? (status >= 500 ? "1" : undefined);
    return { ok, status, text: await response.text(), waitSeconds: wait === undefined ? undefined : Number(wait) };
  } catch {
    return { ok: false, status: 0, text: "", waitSeconds: 0.1 };
  }
}

/** Looks until something is found, for a minute at most. */
async function until(look) {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
  throw new Error("it did not happen in time");
}

const widgets = "/api/v1/widgets";

async function create(name) {
  const { id } = await call("POST", widgets, { body: { name, site_url: "https://shop.example" } });
  return id;
}

/** Waits until a widget is active, and asks for another crawl where one failed. */
async function activate(id) {
  await until(async () => {
    const { status, last_crawl: crawl } = await call("GET", `${widgets}/${id}`);
    if (status === "failed" || crawl?.status === "failed")
      await call("POST", `${widgets}/${id}/recrawl`, { accept: [409] });
    return status === "active";
  });
}

async function all() {
  const found = [];
  for (let cursor; cursor !== null; ) {
    const page = await call("GET", cursor === undefined ? widgets : `${widgets}?cursor=${encodeURIComponent(cursor)}`);
    found.push(...page.data);
    cursor = page.next_cursor ?? null;
  }
  return found;
}

const ready = new Set();
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature = "" } = request.headers;
  const hmac = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"));
  const expected = Buffer.from(`v1,${hmac.update(`${id}.${time}.`).update(body).digest("base64")}`);
  const isValid = signature
    .split(" ")
    .some((one) => one.length === expected.length && timingSafeEqual(Buffer.from(one), expected));
  response.writeHead(isValid ? 204 : 400).end();
  if (!isValid) return;
  const event = JSON.parse(body.toString());
  if (event.type === "widget.ready") ready.add(event.data.id);
});
await new Promise((resolve) => receiver.listen(Number(port), "127.0.0.1", resolve));

const [bakery, florist] = [await create("Bakery"), await create("Florist")];
await activate(bakery);
await activate(florist);
await until(() => ready.has(bakery) && ready.has(florist));

const names = (await all()).map(({ name }) => name).sort();
assert.deepEqual(names, ["Bakery", "Florist"]);

await call("PATCH", `${widgets}/${bakery}`, { body: { name: "Baker & Sons" } });
await until(async () => (await call("GET", `${widgets}/${bakery}`)).name === "Baker & Sons");

await call("POST", `${widgets}/${bakery}/pause`, { accept: [409] });
await until(async () => !["draft", "active"].includes((await call("GET", `${widgets}/${bakery}`)).status));
await call("POST", `${widgets}/${bakery}/resume`, { accept: [409] });
await until(async () => (await call("GET", `${widgets}/${bakery}`)).status === "active");

await call("POST", `${widgets}/${bakery}/recrawl`, { accept: [409] });
await sleep(1000);

for (const id of [bakery, florist]) await call("DELETE", `${widgets}/${id}`, { accept: [404, 410] });
assert.deepEqual(await all(), []);
receiver.close();
receiver.closeAllConnections();
