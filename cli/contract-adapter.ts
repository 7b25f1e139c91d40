import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Adapter, isOnThisMachine, mockAdapter, type Target } from "../contract-tests/index.ts";
import { UsageError } from "./command-line/command.ts";

/** Adds the adapter that is named; without a name that of the mock, where the target is one on this machine. */
export async function withAdapter(target: Target, named: string | undefined): Promise<Target> {
  if (named === "none" || (named === undefined && !isOnThisMachine(target))) return target;
  const found = named === undefined || named === "mock" ? await mockAdapter(target) : await loadAdapter(named, target);
  if (!found && named === "mock") throw new UsageError(`--adapter mock: there is no mock at ${target.baseUrl}`);
  return found ? { ...target, adapter: found } : target;
}

/** @throws UsageError for a module that cannot be loaded or exports no adapter */
async function loadAdapter(file: string, { baseUrl, credential }: Target): Promise<Adapter> {
  const apiKey = credential["authorization"]?.replace(/^Bearer /, "") ?? "";
  try {
    const { default: adapter } = await import(pathToFileURL(resolve(file)).href);
    if (typeof adapter !== "function")
      throw new TypeError("its default export must be a function that returns an adapter");
    return await adapter({ baseUrl, apiKey });
  } catch (error) {
    throw new UsageError(`--adapter ${file}: ${(error as Error).message}`);
  }
}
