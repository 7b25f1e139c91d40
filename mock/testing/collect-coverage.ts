import type { TestModule } from "vitest/node";
import type { MockControls } from "../controls/control-groups.ts";
import type { ApiCoverage } from "../coverage/coverage.ts";

/** What a worker hands to the reporter with a test file. */
const metaMember = "widgetsMockCoverage";

/** The part of a suite that Vitest sends to the reporters. */
export interface FileOfSuite {
  readonly file: { readonly meta: object };
}

/** Hands what a mock has counted to the reporter, with the file of a suite. */
export function attachCoverage({ file: { meta } }: FileOfSuite, { coverage }: Pick<MockControls, "coverage">): void {
  const members = meta as { [metaMember]?: ApiCoverage[] };
  members[metaMember] = [...(members[metaMember] ?? []), coverage.get()];
}

/** What the mocks of a test file have counted. */
export function coverageOfModule(module: Pick<TestModule, "meta">): readonly ApiCoverage[] {
  const members: { readonly [metaMember]?: readonly ApiCoverage[] } = module.meta() as object;
  return members[metaMember] ?? [];
}
