/** What of a package.json a release depends on. */
export interface ReleaseManifest {
  readonly version: string;
  readonly repository?: unknown;
  readonly homepage?: unknown;
  readonly bugs?: unknown;
}

/** What has to be done before the package can be published, one line each; none where it is ready. */
export function missingForRelease(manifest: ReleaseManifest, changelog: string): string[] {
  const { version, repository, homepage, bugs } = manifest;
  const missing: string[] = [];
  if (addressOf(repository) === undefined) {
    missing.push(
      'package.json has no "repository": the links of the README and the provenance of the package depend on it',
    );
  }
  if (addressOf(homepage) === undefined) missing.push('package.json has no "homepage"');
  if (addressOf(bugs) === undefined) missing.push('package.json has no "bugs"');
  if (!isDated(changelog, version)) {
    missing.push(`CHANGELOG.md has no section for this version, such as "## [${version}] - 2026-05-01"`);
  }
  return missing;
}

/** The URL that a member of package.json gives, as text or in an object. */
function addressOf(member: unknown): string | undefined {
  const url = typeof member === "object" && member !== null && "url" in member ? member.url : member;
  return typeof url === "string" && url.trim() !== "" ? url : undefined;
}

function isDated(changelog: string, version: string): boolean {
  const heading = changelog.split("\n").find((line) => line.startsWith(`## [${version}]`));
  return heading !== undefined && /\d{4}-\d{2}-\d{2}$/.test(heading.trim());
}
