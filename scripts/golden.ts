import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  fileOfMutant,
  fileOfVariant,
  type Golden,
  goldenFiles,
  writeGolden,
} from "../contract-tests/golden/golden.test-helper.ts";
import { recordMutant, recordVariant } from "../contract-tests/golden/record-golden.test-helper.ts";
import { mutants } from "../contract-tests/subjects/mutants.test-helper.ts";
import { variants } from "../contract-tests/subjects/variants.test-helper.ts";

/**
 * `npm run golden [-- <part of a name> …]`: records the golden histories anew, all of them or those whose file has a part
 * of its name, and removes those that belong to nobody any more.
 */
const shard = process.env["GOLDEN_SHARD"];
if (shard === undefined) await startShards();
else await recordShard(Number(shard));

async function startShards(): Promise<void> {
  removeOrphans();
  const exits = Array.from({ length: availableParallelism() }, (_, n) => {
    const env = { ...process.env, GOLDEN_SHARD: String(n) };
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { env, stdio: "inherit" });
    return new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
  });
  if ((await Promise.all(exits)).some((code) => code !== 0)) process.exitCode = 1;
}

interface Recording {
  readonly file: string;
  readonly record: () => Promise<Golden>;
}

function recordings(): Recording[] {
  return [
    ...mutants.map((one) => ({ file: fileOfMutant(one), record: () => recordMutant(one) })),
    ...variants.map((one) => ({ file: fileOfVariant(one), record: () => recordVariant(one) })),
  ];
}

async function recordShard(n: number): Promise<void> {
  const wanted = process.argv.slice(2);
  const isWanted = ({ file }: Recording) => wanted.length === 0 || wanted.some((part) => file.includes(part));
  const own = recordings()
    .filter(isWanted)
    .filter((_, index) => index % availableParallelism() === n);
  for (const { file, record } of own) {
    try {
      writeGolden(file, await record());
      console.log(file);
    } catch (error) {
      console.error(`${file}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
}

function removeOrphans(): void {
  const files = new Set(recordings().map(({ file }) => file));
  for (const file of goldenFiles()) {
    if (!files.has(file)) rmSync(join(import.meta.dirname, "../contract-tests/golden", file));
  }
}
