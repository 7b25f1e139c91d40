const reasons: { readonly [code: string]: string } = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "there is a file of that name",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOSPC: "the disk is full",
  EROFS: "the file system can only be read",
};

/** Says why a file cannot be read: `no such file`. Of an error that is not about files, the message. */
export function describeReadError(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

/** Says why a file or a folder cannot be written: `there is no such folder`. */
export function describeWriteError(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such folder" : describeReadError(error);
}
