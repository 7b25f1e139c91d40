import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { type Running, start } from "./bin.test-helper.ts";

const widgets = "/api/v1/widgets";
const northwind = { name: "Northwind Catering", site_url: "https://northwindcatering.example" };

/** Sends a request to a running mock and reads its status and JSON. */
async function send({ url }: Running, method: string, path: string, body?: unknown, key = "sk_test_one") {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** Opens a connection, sends some text, and leaves it open. */
function leaveOpen({ url }: Running, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, () => resolve()));
    // The mock may well reset it at its end.
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
  });
}

function dialectFile(dialect: object): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "dialect.json");
  writeFileSync(file, JSON.stringify(dialect));
  return file;
}

test("the first line says where it listens, and then requests are answered", async () => {
  const mock = await start();
  const health = await send(mock, "GET", "/_mock/health");
  expect(health).toMatchObject({ status: 200, body: { status: "ok", dialect: "default", seed: 1, crawl: "2s" } });
  const { port } = new URL(mock.url);
  expect(Number(port)).toBeGreaterThan(0);
  expect(await mock.line(/^/)).toBe(`widgets-mock ${packageJson.version} listening on http://127.0.0.1:${port}`);
  expect(await mock.line(/^seed/)).toBe("seed 1, dialect default");
});

test("serve is the command when none is given", async () => {
  const mock = await start();
  const named = await start("serve").catch((error: Error) => error.message);
  expect(named).toContain('"serve" is not understood here');
  expect((await send(mock, "GET", "/_mock/health")).status).toBe(200);
});
