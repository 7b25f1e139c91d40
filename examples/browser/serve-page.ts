import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const files: Readonly<Record<string, string>> = {
  "/index.html": "text/html; charset=utf-8",
  "/page.js": "text/javascript; charset=utf-8",
};

/** Serves the page on a free port, an origin of its own. */
export async function servePage(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page.test");
    const type = files[pathname];
    if (type === undefined) return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": type })
      .end(await readFile(join(import.meta.dirname, "page", pathname)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
