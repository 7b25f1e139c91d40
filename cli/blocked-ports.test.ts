import { expect, test } from "vitest";
import { isBlockedPort } from "./blocked-ports.ts";

test("the ports are those that fetch refuses to call", async () => {
  const ports = [...Array(65_536).keys()].filter(isBlockedPort);
  expect(ports).toContain(6000);
  for (const port of ports) {
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ cause: { message: "bad port" } });
  }
});
