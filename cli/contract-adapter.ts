import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Adapter, isOnThisMachine, mockAdapter, type Target } from "../contract-tests/index.ts";
import { UsageError } from "./command-line/command.ts";

/** Adds the adapter of a module, where one is named. */
export async function withNamedAdapter(target: Target, named: string | undefined): Promise<Target> {
  if (named === undefined || named === "none" || named === "mock") return target;
  return { ...target, adapter: await loadAdapter(named, target) };
}

/**
 * Adds the adapter of the mock: where it is named, and where none is and the target is a mock on this machine. Of a mock
 * there whose clock stands, any other adapter gets the clock: its crawls would never end.
 * @throws UsageError where it is named, and the target is no mock
 */
export async function withMockAdapter(target: Target, named: string | undefined): Promise<Target> {
  if (named !== "mock" && !isOnThisMachine(target)) return target;
  const mock = await mockAdapter(target);
  if (!mock && named === "mock") throw new UsageError(`--adapter mock: there is no mock at ${target.baseUrl}`);
  if (!mock) return target;
  if (named === undefined || named === "mock") return { ...target, adapter: mock };
  return withClockOf(mock, target);
}

function withClockOf({ now, advance, commands }: Adapter, target: Target): Target {
  const { adapter } = target;
  if (!now || !advance || adapter?.advance) return target;
  if (!adapter) return { ...target, advance };
  const ofClock = commands?.advance === undefined ? {} : { advance: commands.advance };
  return { ...target, adapter: { ...adapter, now, advance, commands: { ...ofClock, ...adapter.commands } } };
}

/** @throws UsageError for a module that cannot be loaded or exports no adapter */
async function loadAdapter(file: string, { baseUrl, credential }: Target): Promise<Adapter> {
  const apiKey = credential["authorization"]?.replace(/^Bearer /, "") ?? "";
  const path = resolve(file);
  try {
    const { default: adapter } = await import(pathToFileURL(path).href);
    if (typeof adapter !== "function")
      throw new TypeError("its default export must be a function that returns an adapter");
    return await adapter({ baseUrl, apiKey });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isItself = code === "ERR_MODULE_NOT_FOUND" && message.includes(`'${path}'`);
    throw new UsageError(`--adapter ${file}: ${isItself ? "no such file" : message}`);
  }
}
