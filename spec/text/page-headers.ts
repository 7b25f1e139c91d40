/**
 * Headers of every file of a page that this package serves, such as the console: it runs scripts of its own origin alone,
 * talks to that alone, and is framed by nobody, or by its own origin.
 * @param name of the file, which tells its type
 */
export function pageHeaders(name: string, framedBy: "none" | "self" = "none"): Record<string, string> {
  const policy = [
    "default-src 'none'",
    ...["script-src", "style-src", "img-src", "connect-src", "frame-src"].map((kind) => `${kind} 'self'`),
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors '${framedBy}'`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "Content-Security-Policy": policy.join("; "),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": framedBy === "none" ? "DENY" : "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "Content-Type": mediaTypes[name.split(".").at(-1) ?? ""] ?? "text/plain; charset=utf-8",
  };
}

const mediaTypes: { readonly [extension: string]: string } = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
};
