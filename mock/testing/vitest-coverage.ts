import type { Reporter, TestModule, TestProject, Vitest } from "vitest/node";
import { type ApiCoverage, mergeCoverage, withoutItems } from "../coverage/coverage.ts";
import { publishCoverage, writeCoverage } from "../coverage/report/coverage-files.ts";
import { coverageClause } from "../coverage/report/coverage-text.ts";
import { coverageOfModule } from "./collect-coverage.ts";
import { widgetsMockUrl } from "./provided.ts";
import { remoteControls } from "./remote-controls.ts";

/** Options of the reporter. */
export interface CoverageReporterOptions {
  /** The folder to write HTML, Markdown and JSON to (default `coverage/widgets-mock`). */
  readonly folder?: string;
  /** The run fails if fewer percent of the items were met. */
  readonly min?: number;
  /** Ids of items to leave out; `*` stands for any text. */
  readonly ignore?: readonly string[];
}

/**
 * A reporter of Vitest's that says what the tests have met of the API: of the mock that `widgets-mock/vitest/setup` starts,
 * and of every mock that a test file hands to `collectCoverage`, in whichever worker it is.
 *
 * In the configuration: `reporters: ["default", ["widgets-mock/vitest/coverage", { min: 60 }]]`.
 */
export default class ApiCoverageReporter implements Reporter {
  readonly #options: CoverageReporterOptions;
  #vitest: Vitest | undefined;

  constructor(options: CoverageReporterOptions = {}) {
    this.#options = options;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const { folder = "coverage/widgets-mock", min = 0, ignore = [] } = this.#options;
    const log = (line: string) => this.#vitest?.logger.log(line);
    const parts = [...(await coverageOfMocks(this.#vitest?.projects ?? [])), ...modules.flatMap(coverageOfModule)];
    if (parts.length === 0) {
      log(
        'Coverage of the Widgets API: no mock counted anything. Add "widgets-mock/vitest/setup" to test.globalSetup, or hand the mocks of your tests to collectCoverage.',
      );
      return;
    }
    const coverage = withoutItems(mergeCoverage(parts), ignore);
    writeCoverage(folder, coverage);
    publishCoverage(coverage, process.env);
    log(`Coverage of the Widgets API: ${coverageClause(coverage)}; see ${folder}/coverage.html`);
    if (coverage.percent >= min) return;
    log(`The coverage of the Widgets API is ${coverage.percent} %; it must be at least ${min} %.`);
    process.exitCode = 1;
  }
}

/** The coverage of the mocks that global set-ups have started, which end after this. */
async function coverageOfMocks(projects: readonly TestProject[]): Promise<ApiCoverage[]> {
  const provided = projects.map((project) => project.getProvidedContext()[widgetsMockUrl]);
  const urls = [...new Set(provided)].filter((url) => url !== undefined);
  return Promise.all(urls.map((url) => remoteControls({ url }).coverage.get()));
}
