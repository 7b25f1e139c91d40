import { createHash, randomBytes } from "node:crypto";
import { readdir, realpath, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join, relative, resolve } from "node:path";
import { StoreError } from "../store-error.ts";

/** Longer paths of sockets are not possible on every system. */
const maxSocketPath = 100;
const prefix = "lock-";

/**
 * Locks a folder against other processes. The lock is a socket on which its process listens: the system closes it when the
 * process ends, however it ends, so that one without a process is known to be stale, in containers too.
 * @returns a function that unlocks it
 * @throws StoreError if another process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  const own = await ownSocket(folder);
  // Its short path is no longer that of the socket once the process works in another folder.
  const place = resolve(own);
  await listen(server, folder, own);
  try {
    // Whoever listens before it looks is seen by all that come later.
    for (const other of process.platform === "win32" ? [] : await socketsIn(folder)) {
      const path = shortPath(join(folder, other));
      if (path !== own && (await isAlive(path))) throw inUse(folder);
      if (path !== own) await rm(path, { force: true });
    }
  } catch (error) {
    await close(server);
    throw error;
  }
  return async () => {
    await close(server);
    if (process.platform !== "win32") await rm(place, { force: true });
  };
}

/** On Windows a pipe, which has one name for the folder, and no place in it. */
async function ownSocket(folder: string): Promise<string> {
  if (process.platform === "win32") {
    const name = createHash("sha256")
      .update((await realpath(folder)).toLowerCase())
      .digest("hex");
    return `\\\\.\\pipe\\widgets-mock-${name}`;
  }
  const path = shortPath(join(folder, `${prefix}${randomBytes(6).toString("hex")}`));
  if (Buffer.byteLength(path) <= maxSocketPath) return path;
  throw new StoreError(`the path of ${folder} is too long for a lock; choose a shorter one`);
}

function shortPath(path: string): string {
  const fromHere = relative("", path);
  return fromHere.length < path.length ? fromHere : path;
}

async function socketsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith(prefix));
}

function listen(server: Server, folder: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") reject(inUse(folder));
      else
        reject(new StoreError(`${folder} cannot be locked (${error.message}); use a folder on a disk of this machine`));
    });
    server.listen(path, resolve);
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // A socket whose process is stopped takes no more connections at some time, and is alive all the same.
    socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED" && code !== "ENOENT"));
  });
}

function inUse(folder: string): StoreError {
  return new StoreError(`${folder} is in use by another widgets-mock; stop that one, or choose another folder`);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
