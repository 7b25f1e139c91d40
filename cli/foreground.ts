import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Whether this process belongs to the job that the terminal's keys are for. One that does not, as after `widgets-mock &`,
 * is stopped by the system when it reads from the terminal or changes its mode (POSIX, General Terminal Interface, 11.1.4).
 * Where it cannot be found out the answer is no.
 */
export function isInForeground(): boolean {
  if (process.platform === "win32") return true;
  try {
    const [own, foreground] = process.platform === "linux" ? groupsFromProc() : groupsFromPs();
    return own !== undefined && own === foreground;
  } catch {
    return false;
  }
}

/** The process group, and the one in the terminal's foreground: fields 5 and 8 (proc(5)), counted behind the name in brackets. */
function groupsFromProc(): (string | undefined)[] {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [group, foreground];
}

function groupsFromPs(): string[] {
  const args = ["-o", "pgid=", "-o", "tpgid=", "-p", String(process.pid)];
  return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .trim()
    .split(/\s+/);
}
