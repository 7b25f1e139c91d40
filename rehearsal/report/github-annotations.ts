import { githubAnnotation } from "../../spec/text/github.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { breakFacts } from "./break-facts.ts";
import type { RehearsalReport } from "./rehearsal-report.ts";

/** Makes the annotations of a GitHub workflow run: an error for each variation that fails it, a warning for other breaks. */
export function rehearsalAnnotations({ variations }: RehearsalReport): string[] {
  return variations
    .filter(({ verdict, known }) => (verdict === "breaks" && (!known || known.isExpired)) || verdict === "flaky")
    .map((one) =>
      githubAnnotation({
        level: one.failsRun ? "error" : "warning",
        title: printableText(`${one.id} ${one.verdict}`),
        message: breakFacts(one)
          .map(([name, fact]) => `${name}: ${fact}`)
          .join("\n"),
      }),
    );
}
