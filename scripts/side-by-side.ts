import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/**
 * Runs npm scripts side by side, as many at a time as there are cores: `tsx scripts/side-by-side.ts <script> …`. The first
 * one has the terminal; of the others, one line each says how they ended, with what they wrote where they failed.
 */
const [first = "", ...others] = process.argv.slice(2);
const waiting = [...others];
const failed: string[] = [];

function run(script: string, stdio: "inherit" | "pipe"): Promise<void> {
  const began = performance.now();
  const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", stdio, stdio] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      if (code !== 0) failed.push(script);
      if (code !== 0) process.stderr.write(output);
      console.log(`${code === 0 ? "✓" : "✗"} npm run ${script} (${seconds} s)`);
      resolve();
    });
  });
}

async function runWaiting(): Promise<void> {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) await run(script, "pipe");
}

const lanes = Math.max(1, availableParallelism() - 1);
await Promise.all([run(first, "inherit"), ...Array.from({ length: lanes }, runWaiting)]);
if (failed.length > 0) {
  console.error(`Failed: ${failed.map((script) => `npm run ${script}`).join(", ")}.`);
  process.exitCode = 1;
}
