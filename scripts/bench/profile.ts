import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleForProfile } from "../build/bundle-code.ts";
import { type BenchLoad, loadsOn } from "./operations.ts";
import type { BenchOptions } from "./options.ts";
import { createWidgets, startMockBy } from "./servers.ts";
import { runLoad } from "./wrk.ts";

/** The shares of a load's processor time on the main thread, by layer, or by file of the mock. */
export interface ProfiledLoad {
  readonly name: string;
  readonly shares: ReadonlyMap<string, number>;
}

/** A profile as Node writes it. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0, as the column is. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const profileSeconds = 5;
const samplingMicroseconds = 250;

/** Profiles the mock under each load, in a process of its own that was warmed up, from a bundle with source maps. */
export async function profileLoads(root: string, { warmUpSeconds }: BenchOptions): Promise<ProfiledLoad[]> {
  // Among the modules of the project, which it needs some of.
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-profile-"));
  try {
    await bundleForProfile(root, join(folder, "dist"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const names = loadsOn("").map(({ name }) => name);
    const profiled: ProfiledLoad[] = [];
    for (const [index, name] of names.entries()) {
      const into = join(folder, `profiles-${index}`);
      mkdirSync(into);
      profiled.push({ name, shares: await sharesOf(root, { folder, into, index, warmUpSeconds }) });
    }
    return profiled;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sharesOf(
  root: string,
  {
    folder,
    into,
    index,
    warmUpSeconds,
  }: { readonly folder: string; readonly into: string; readonly index: number; readonly warmUpSeconds: number },
): Promise<ReadonlyMap<string, number>> {
  const flags = ["--cpu-prof", `--cpu-prof-dir=${into}`, `--cpu-prof-interval=${samplingMicroseconds}`];
  const running = await startMockBy(join(folder, "dist/cli/widgets-mock.js"), flags);
  const load = loadsOn(await createWidgets(running.origin))[index] as BenchLoad;
  await runLoad(running.origin, load, warmUpSeconds);
  await runLoad(running.origin, load, profileSeconds);
  await running.endByItself();
  const [file = ""] = readdirSync(into);
  const profile = JSON.parse(readFileSync(join(into, file), "utf8")) as CpuProfile;
  return shareOut(profile, profileSeconds * 1e6, new Sources(root));
}

/** The shares of the last microseconds that were not idle. */
function shareOut({ nodes, samples, timeDeltas }: CpuProfile, last: number, sources: Sources): Map<string, number> {
  const layers = new Map(nodes.map(({ id, callFrame }) => [id, layerOf(callFrame, sources)]));
  const time = new Map<string, number>();
  let [left, busy] = [last, 0];
  for (let index = samples.length - 1; index >= 0 && left > 0; index--) {
    const delta = timeDeltas[index] ?? 0;
    const layer = layers.get(samples[index] ?? 0);
    left -= delta;
    if (layer === undefined) continue;
    busy += delta;
    time.set(layer, (time.get(layer) ?? 0) + delta);
  }
  return new Map([...time].map(([layer, spent]) => [layer, spent / busy]));
}

const writes = /^(?:writev|write\w*String|writeBuffer)$/;

/** The layer of a function, or its file where it is the mock's own; undefined while there was nothing to do. */
function layerOf(frame: CallFrame, sources: Sources): string | undefined {
  const { functionName, url } = frame;
  if (functionName === "(idle)") return undefined;
  if (functionName === "(garbage collector)") return "garbage collector";
  if (url === "" && writes.test(functionName)) return "socket, writing";
  if (/^node:(?:_http|http)/.test(url)) return "node:http";
  if (url.startsWith("node:")) return "streams, sockets, events and timers of Node";
  if (url === "") return "native code: parser, JSON, regular expressions";
  return sources.sourceOf(frame);
}

/** Finds the source files of a bundle's functions by its source maps. */
class Sources {
  readonly #root: string;
  readonly #maps = new Map<string, SourceMap>();

  constructor(root: string) {
    this.#root = root;
  }

  sourceOf({ url, lineNumber, columnNumber }: CallFrame): string {
    const file = fileURLToPath(url);
    const found = this.#mapOf(file).findEntry(lineNumber, columnNumber);
    if (!("originalSource" in found)) return "bundle";
    const source = relative(this.#root, join(file, "..", found.originalSource));
    return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? source;
  }

  #mapOf(file: string): SourceMap {
    const map = this.#maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
    this.#maps.set(file, map);
    return map;
  }
}
