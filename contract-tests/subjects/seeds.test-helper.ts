/** The seeds of a tier: `npm run verify:full` takes more than `npm run verify`. */
export function seedsOf({ verify, full }: { readonly verify: number; readonly full: number }): number[] {
  return Array.from({ length: process.env["WIDGETS_VERIFY"] === "full" ? full : verify }, (_, n) => n + 1);
}
