// A receiver of webhooks that verifies the signature of what its parser made of the body.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const {
  WIDGETS_API_URL: url,
  WIDGETS_API_KEY: key,
  WIDGETS_WEBHOOK_PORT: port,
  WIDGETS_WEBHOOK_SECRET: secret,
} = process.env;

const seen = new Set();
const ready = new Promise((resolve, reject) => {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = request.headers;
    const event = JSON.parse(text);
    const signed = `${id}.${time}.${JSON.stringify(event)}`;
    const expected = createHmac("sha256", Buffer.from(secret.slice(6), "base64"))
      .update(signed)
      .digest("base64");
    const isValid = signature.split(" ").includes(`v1,${expected}`);
    response.writeHead(isValid ? 204 : 400).end();
    if (!isValid) reject(new Error(`the signature of ${event.type} is wrong`));
    else if (!seen.has(id)) seen.add(id);
    if (event.type.startsWith("widget.")) resolve(event.type);
  });
  server.listen(Number(port), "127.0.0.1", () => void create().catch(reject));
});

async function create() {
  for (;;) {
    const response = await fetch(`${url}/api/v1/widgets`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "the-bakery" },
      body: JSON.stringify({ name: "Bäckerei", site_url: "https://bakery.example" }),
    }).catch(() => undefined);
    await response?.text().catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

try {
  console.log(await ready);
  process.exit(0);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
