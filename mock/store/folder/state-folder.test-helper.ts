import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { onTestFinished, vi } from "vitest";
import type { MockOptions } from "../../options.ts";
import { openMockWith, type StoredMock } from "../open-mock.ts";
import { type FolderPace, openFolder } from "./folder-store.ts";

/** A folder that is removed with its test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The files of a folder as a process would find them if the one that has it ended now. */
export function copyOf(folder: string): string {
  const copy = newFolder();
  const names = stateFilesIn(folder);
  for (const name of names) cpSync(join(folder, name), join(copy, name), { force: true });
  // Meanwhile a snapshot may have taken the place of logs: no single moment has looked like this.
  return stateFilesIn(folder).join() === names.join() ? copy : copyOf(folder);
}

/** The names of the files of a store, without its lock. */
export function stateFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("lock-"))
    .sort();
}

/** A line of a file, with its checksum before it. */
export function lineOf(json: string): string {
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

/** Opens a mock on a folder, on a manual clock; it is closed with the test, unless it was before. */
export async function openState(
  folder: string,
  { pace, ...options }: MockOptions & { readonly pace?: Partial<FolderPace> } = {},
): Promise<StoredMock> {
  const mock = await openMockWith(openFolder(folder, pace), { clock: "manual", seed: 7, ...options });
  const { close } = mock;
  let closed: Promise<void> | undefined;
  const closeOnce = () => {
    closed ??= close();
    return closed;
  };
  onTestFinished(closeOnce);
  return Object.assign(mock, { close: closeOnce });
}

/** Lets writes to files fail: those of so many bytes together still succeed, the last of them in part, as on a disk that is full. */
export async function failWrites(code: string, { roomBytes = 0 } = {}): Promise<{ end(): void }> {
  const handle = await open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const write = prototype.write as (...given: unknown[]) => Promise<{ bytesWritten: number }>;
  let room = roomBytes;
  const spy = vi.spyOn(prototype, "write").mockImplementation(async function (
    this: FileHandle,
    buffer: unknown,
    offset: unknown,
    length: unknown,
    position: unknown,
  ) {
    if (room === 0) throw Object.assign(new Error(`${code}: no room`), { code });
    const fits = Math.min(room, length as number);
    room -= fits;
    return (await write.call(this, buffer, offset, fits, position)) as never;
  } as never);
  onTestFinished(() => spy.mockRestore());
  return { end: () => spy.mockRestore() };
}
