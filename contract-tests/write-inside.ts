import { lstatSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../spec/files/make-folder.ts";

/**
 * Writes a file below a folder, and never outside of it: a symbolic link in its place is replaced, not followed.
 * @param path relative, with slashes
 * @throws Error where a folder on the way to it is a link, or it cannot be written
 */
export function writeInside(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  checkFoldersInside(folder, path);
  makeFolder(dirname(file));
  if (isLink(file)) rmSync(file);
  writeFileSync(file, text);
}

/** @throws Error where a folder between `folder` and a path below it is a symbolic link, which may lead anywhere */
export function checkFoldersInside(folder: string, path: string): void {
  const names = path.split("/").slice(0, -1);
  for (const [index] of names.entries()) {
    const between = join(folder, ...names.slice(0, index + 1));
    if (isLink(between)) throw new Error(`${between} is a symbolic link; remove it, or choose another folder`);
  }
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    // Nothing is there, or nothing can be: whoever writes it says why.
    return false;
  }
}
