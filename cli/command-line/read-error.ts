const reasons: { readonly [code: string]: string } = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

/** Says why a file cannot be read: `no such file`. */
export function describeReadError({ code = "", message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}
