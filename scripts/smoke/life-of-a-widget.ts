import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const widgets = "/api/v1/widgets";

/** Sends a request and reads its JSON, where it has any; an answer of another status than the expected is thrown. */
type Send = (
  expected: number,
  method: string,
  path: string,
  body?: object,
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are looked into
) => Promise<any>;

/**
 * Starts the bin that is installed in a folder, and takes a widget through all that is documented.
 * @returns what was done
 */
export async function driveLifeOfAWidget(folder: string): Promise<string[]> {
  const child = spawn(join(folder, "node_modules/.bin/widgets-mock"), ["--port", "0", "--crawl", "reads:2"]);
  const ended = new Promise((resolve) => child.once("error", resolve).once("exit", resolve));
  const steps: string[] = [];
  try {
    const url = await urlOf(child);
    steps.push("starts");
    for (const step of life(sender(url))) steps.push(await step());
    child.kill("SIGTERM");
    steps.push(demand("ends", (await ended) === 0, await ended));
    return steps;
  } finally {
    child.kill("SIGKILL");
  }
}

/** Where the mock's first line says that it listens. */
async function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let complaints = "";
  child.stderr.on("data", (text) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout });
  const [first = ""] = await Promise.race([once(lines, "line"), once(lines, "close")]);
  const url = / listening on (http:\S+)$/.exec(first)?.[1];
  if (url === undefined) throw new Error(`the bin does not start. ${first}${complaints}`);
  return url;
}

function sender(url: string): Send {
  return async (expected, method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: "Bearer sk_test_smoke", "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== expected) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
}

/** The steps of the life, each named by what it returns. */
function life(send: Send): (() => Promise<string>)[] {
  let path = "";
  return [
    async () => {
      const widget = await send(201, "POST", widgets, {
        name: "Northwind Catering",
        site_url: "https://northwindcatering.example",
      });
      path = `${widgets}/${widget.id}`;
      return demand("creates", widget.status === "draft", widget);
    },
    async () => {
      const statuses = [];
      for (let read = 0; read < 3; read++) statuses.push((await send(200, "GET", path)).status);
      return demand("polls to active", statuses.join() === "draft,draft,active", statuses);
    },
    async () => {
      const widget = await send(200, "PATCH", path, { voice: "Aoede", theme: { primary: "#0f766e" } });
      return demand("patches", widget.voice === "Aoede" && widget.theme.mode === "dark", widget);
    },
    async () => {
      const widget = await send(200, "POST", `${path}/pause`);
      return demand("pauses", widget.status === "paused", widget);
    },
    async () => {
      const widget = await send(200, "POST", `${path}/resume`);
      return demand("resumes", widget.status === "active", widget);
    },
    async () => {
      const page = await send(200, "GET", widgets);
      return demand("lists", page.data.length === 1 && path.endsWith(page.data[0].id), page);
    },
    async () => {
      const widget = await send(202, "POST", `${path}/recrawl`);
      return demand("recrawls", widget.status === "active", widget);
    },
    async () => demand("deletes", (await send(204, "DELETE", path)) === undefined, path),
    async () => {
      const { code } = await send(404, "GET", path);
      return demand("finds it no more", code === "not_found", code);
    },
  ];
}

function demand(step: string, holds: boolean, seen: unknown): string {
  if (!holds) throw new Error(`the step "${step}" saw ${JSON.stringify(seen)}.`);
  return step;
}
