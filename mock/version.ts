import packageJson from "../package.json" with { type: "json" };

/** The version of this package, which is also the document's. */
export const version = packageJson.version;
