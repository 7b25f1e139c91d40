import type { BundledPackage } from "./bundled-packages.ts";

/** A software bill of materials (CycloneDX 1.6, JSON): the package and the libraries bundled into it. */
export function sbomOf(
  { name, version, license }: { readonly name: string; readonly version: string; readonly license: string },
  packages: readonly BundledPackage[],
): string {
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component("application", { name, version, license }) },
    components: packages.map((one) => component("library", one)),
    dependencies: [
      { ref: purl(name, version), dependsOn: packages.map((one) => purl(one.name, one.version)) },
      ...packages.map((one) => ({ ref: purl(one.name, one.version) })),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function component(type: string, { name, version, license }: Pick<BundledPackage, "name" | "version" | "license">) {
  const reference = purl(name, version);
  return { type, "bom-ref": reference, name, version, purl: reference, licenses: [{ license: { id: license } }] };
}

/** A package URL; the `@` of a scope is escaped in it. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}
