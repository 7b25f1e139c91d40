import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientOf } from "../../api-client.test-helper.ts";
import { newFolder, openState } from "./state-folder.test-helper.ts";

const isWindows = process.platform === "win32";

function locksIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("lock-"));
}

test("a second mock on a folder is refused, and told what to do; when the first is closed, it opens", async () => {
  const folder = newFolder();
  const first = await openState(folder);
  const says = `${folder} is in use by another widgets-mock; stop that one, or choose another folder`;
  await expect(openState(folder)).rejects.toThrow(says);
  // The first one has noticed nothing.
  const id = await clientOf(first).create();
  await first.close();
  const second = await openState(folder);
  expect(second.world("sk_test_one").widgets.list().widgets).toMatchObject([{ id }]);
});

test("of many that open a folder at once, no two have it", async () => {
  const folder = newFolder();
  const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openState(folder)));
  expect(opened.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
});

test.skipIf(isWindows)("the lock of a process that has been killed is stale, and removed", async () => {
  const folder = newFolder();
  const script = `require("net").createServer().listen("lock-0123456789ab", () => process.kill(process.pid, "SIGKILL"))`;
  expect(() => execFileSync(process.execPath, ["-e", script], { cwd: folder })).toThrow();
  expect(locksIn(folder)).toEqual(["lock-0123456789ab"]);
  const mock = await openState(folder);
  expect(locksIn(folder)).toHaveLength(1);
  expect(locksIn(folder)).not.toContain("lock-0123456789ab");
  await mock.close();
  expect(locksIn(folder)).toEqual([]);
});

test.skipIf(isWindows)("a process that works in another folder meanwhile leaves no lock behind", () => {
  const folder = newFolder();
  const module = join(import.meta.dirname, "lock-folder.ts");
  const script = `const { lockFolder } = await import(${JSON.stringify(module)});
    const unlock = await lockFolder(${JSON.stringify(folder)});
    process.chdir("/");
    await unlock();`;
  const tsx = import.meta.resolve("tsx");
  execFileSync(process.execPath, ["--import", tsx, "--input-type=module", "-e", script], { cwd: join(folder, "..") });
  expect(locksIn(folder)).toEqual([]);
});

test.skipIf(isWindows)("a folder is found locked by whatever path it is opened", async () => {
  const folder = newFolder();
  const link = join(newFolder(), "link");
  execFileSync("ln", ["-s", folder, link]);
  await openState(folder);
  await expect(openState(link)).rejects.toThrow("in use by another");
});

test.skipIf(isWindows)("a lock that was moved away with a copy of the folder is nobody's", async () => {
  const folder = newFolder();
  const copy = newFolder();
  const server = createServer().listen(join(folder, "lock-1"));
  await new Promise((resolve) => server.once("listening", resolve));
  renameSync(join(folder, "lock-1"), join(copy, "lock-1"));
  await new Promise((resolve) => server.close(resolve));
  await openState(copy);
  expect(locksIn(copy)).toHaveLength(1);
});

test("a folder that cannot be created is named, with the reason", async () => {
  const file = join(newFolder(), "file");
  writeFileSync(file, "");
  await expect(openState(join(file, "state"))).rejects.toThrow(`${join(file, "state")} cannot be created: `);
});

test.skipIf(isWindows)("a folder whose path is too long for a lock is refused", async () => {
  const folder = join(newFolder(), "a".repeat(100));
  await expect(openState(folder)).rejects.toThrow("is too long for a lock; choose a shorter one");
});

test.skipIf(isWindows || process.getuid?.() === 0)("a folder that cannot be written is refused", async () => {
  const folder = join(newFolder(), "state");
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  await expect(openState(folder)).rejects.toThrow(`${folder} cannot be locked`);
});

test.runIf(process.platform === "linux")("a folder on which nothing can listen is refused", async () => {
  await expect(openState("/proc/self")).rejects.toThrow("use a folder on a disk of this machine");
});
