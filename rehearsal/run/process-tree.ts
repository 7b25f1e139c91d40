import { type ChildProcess, execFile } from "node:child_process";

/** How long processes may take to end by themselves. */
const graceMs = 2000;
/** Between two looks at whether they have. */
const lookMs = 50;

/** A process, and the one that started it. */
interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * Ends a child that leads a process group, and everything that it started, however deep: first politely, then by force.
 * What has left the group is found by its parents.
 */
export async function endProcessTree(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === "win32") return endWindowsTree(pid);
  const tree = new Set((await descendantsOf(pid)).map((one) => one.pid));
  if (tree.size === 0) return;
  signalAll(pid, tree, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (performance.now() < deadline && (await isAnyAlive(pid, tree))) await pause(lookMs);
  for (const { pid: late } of await descendantsOf(pid)) tree.add(late);
  signalAll(pid, tree, "SIGKILL");
}

/** The processes of a group and their descendants, as `ps` shows them now. */
async function descendantsOf(leader: number): Promise<ProcessEntry[]> {
  const all = await listProcesses();
  const found = new Map(
    all.filter(({ pid, group }) => pid === leader || group === leader).map((one) => [one.pid, one]),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one);
  }
  return [...found.values()];
}

async function isAnyAlive(leader: number, tree: ReadonlySet<number>): Promise<boolean> {
  return (await listProcesses()).some(({ pid, group }) => group === leader || tree.has(pid));
}

function listProcesses(): Promise<ProcessEntry[]> {
  return new Promise((resolve) => {
    execFile("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat="], { maxBuffer: 16 * 1024 * 1024 }, (_, out = "") => {
      const rows = out.split("\n").map((line) => line.trim().split(/\s+/));
      // A zombie waits for its parent alone.
      const alive = rows.filter(([pid, , , state]) => pid !== "" && !state?.startsWith("Z"));
      resolve(
        alive.map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) })),
      );
    });
  });
}

function signalAll(leader: number, tree: ReadonlySet<number>, signal: NodeJS.Signals): void {
  for (const target of [-leader, ...tree]) {
    try {
      process.kill(target, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function endWindowsTree(pid: number): Promise<void> {
  return new Promise((resolve) => void execFile("taskkill", ["/pid", String(pid), "/t", "/f"], () => resolve()));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
