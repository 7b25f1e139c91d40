import type { BundledPackage } from "./bundled-packages.ts";

/** The licenses of the bundled libraries with their texts, as those licenses demand. */
export function noticesOf(packages: readonly BundledPackage[]): string {
  const notices = packages.map(
    ({ name, version, license, licenseText }) => `${name} ${version} (${license})\n\n${licenseText}\n`,
  );
  return `widgets-mock includes these libraries.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`;
}
