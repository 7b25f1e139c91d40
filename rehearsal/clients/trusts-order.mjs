// A client that takes the first widget of the list for the newest one.
import assert from "node:assert/strict";

const { WIDGETS_API_URL: url, WIDGETS_API_KEY: key } = process.env;
const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };

async function call(method, path = "", body) {
  const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${url}/api/v1/widgets${path}`, request);
  assert.ok(response.ok, `${method} ${path} got a ${response.status}`);
  return response.json();
}

await call("POST", "", { name: "Bakery", site_url: "https://bakery.example" });
await call("POST", "", { name: "Florist", site_url: "https://florist.example" });
const { data } = await call("GET");
assert.equal(data[0].name, "Florist", "the newest widget is the florist's");
