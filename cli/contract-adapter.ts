import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Adapter, isOnThisMachine, mockAdapter, type Target } from "../contract-tests/index.ts";
import { UsageError } from "./usage.ts";

/** With what shows more than the API does: our mock's own where it is one on this machine, or the module that is named. */
export async function withAdapter(target: Target, named: string | undefined): Promise<Target> {
  if (named === "none" || (named === undefined && !isOnThisMachine(target))) return target;
  const found = named === undefined || named === "mock" ? await mockAdapter(target) : await adapterFrom(named, target);
  if (!found && named === "mock") throw new UsageError("--adapter mock: there is no control plane of the mock.");
  return found ? { ...target, adapter: found } : target;
}

async function adapterFrom(file: string, { baseUrl, credential }: Target): Promise<Adapter> {
  const apiKey = credential["authorization"]?.replace(/^Bearer /, "") ?? "";
  try {
    const { default: adapter } = await import(pathToFileURL(resolve(file)).href);
    if (typeof adapter !== "function")
      throw new TypeError("its default export has to be a function that returns the adapter.");
    return await adapter({ baseUrl, apiKey });
  } catch (error) {
    throw new UsageError(`--adapter ${file}: ${(error as Error).message}`);
  }
}
