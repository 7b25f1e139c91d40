import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { optionName } from "../../cli/command-line/flag.ts";
import { terminalKeys } from "../../cli/keys.ts";
import { mockBoundNames, mockBounds } from "../../mock/bounds.ts";
import { controlGroups, ungroupedControls } from "../../mock/controls/control-groups.ts";
import { magicHosts } from "../../mock/world/crawl-plan.ts";
import type { ApiDocument, Rule, WidgetsDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import { code, type MarkdownTables, markdownTable } from "./markdown-tables.ts";

/** Every generated table of README.md and docs/*.md, by the name in its markers. Register a table here. */
export function markdownTables(document: WidgetsDocument, controlPlane: ApiDocument): MarkdownTables {
  return {
    "magic hosts": magicHostsTable(),
    bounds: boundsTable(),
    "control plane": controlPlaneTable(controlPlane),
    "kinds of coverage": coverageKindsTable(controlPlane),
    "documented rules": documentedRulesTable(document),
    assumptions: assumptionsTable(document),
    scenarios: scenariosTable(),
    "terminal keys": terminalKeysTable(),
  };
}

/** What a mock keeps at most, and what happens then. */
function boundsTable(): string {
  return markdownTable(
    ["Option", "Default", "At most so many", "Then"],
    mockBoundNames.map((name) => {
      const { default: usual, of, excess } = mockBounds[name];
      return [code(optionName(name)), usual.toLocaleString("en"), of, excess];
    }),
  );
}

/** Longer example bodies are left out. */
const maxExampleLength = 60;

/** The operations of the control plane: the request, the method in code, and a short example of the body. */
function controlPlaneTable(document: ApiDocument): string {
  const methods = controlMethods();
  return markdownTable(
    ["Request", "In code", "Description", "Example body"],
    operationsOf(document).map(({ id, method, path, summary, example = {} }) => {
      const text = JSON.stringify(example);
      const isShown = text !== "{}" && text.length <= maxExampleLength;
      const inCode = methods.get(id);
      return [code(`${method} ${path}`), inCode ? code(inCode) : "", summary, isShown ? code(text) : ""];
    }),
  );
}

/** The kinds of what clients meet, and what can happen to an event. */
function coverageKindsTable({ components: { schemas } }: ApiDocument): string {
  const listed = (name: string) => schemas[name]?.oneOf ?? [];
  const circumstances = listed("DeliveryCircumstance").map(({ description = "" }) => description);
  const rows = listed("CoverageKind").map(({ const: kind, description = "" }) => [
    code(String(kind)),
    kind === "delivery" ? `${description} ${capitalized(circumstances.join("; "))}.` : description,
  ]);
  return markdownTable(["Kind", "An item is"], rows);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The names of the controls in code, such as `clock.advance`, by operation. */
function controlMethods(): Map<string, string> {
  const grouped = Object.entries(controlGroups).flatMap(([group, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string] => [operation, `${group}.${method}`]),
  );
  const ungrouped = Object.entries(ungroupedControls).map(([method, operation]): [string, string] => [
    operation,
    method,
  ]);
  return new Map([...grouped, ...ungrouped]);
}

/** The hosts that select the outcome of a crawl. */
function magicHostsTable(): string {
  const rows = Object.entries(magicHosts).map(([host, { description }]) => [code(host), description]);
  return markdownTable(["Host", "Outcome of its crawls"], rows);
}

/** The rules that the documentation states, shows or implies, and how the contract tests check each. */
function documentedRulesTable(document: WidgetsDocument): string {
  return markdownTable(
    ["Rule", "Text", "Basis", "In the documentation", "Level", "Needs", "How it is observed"],
    rulesOf(document)
      .filter(([, { basis }]) => basis !== "assumed")
      .map(([id, { says, basis, source = "", level, warnsOn, needs = [], observation = "" }]) => [
        id,
        says,
        basis,
        source,
        warnsOn === undefined ? level : `${level} (warn: ${warnsOn})`,
        needs.join(", "),
        observation,
      ]),
  );
}

/** The assumed rules: what the mock does by default, what else it can do, and what the contract tests tolerate. */
function assumptionsTable(document: WidgetsDocument): string {
  return markdownTable(
    ["Rule", "Assumption", "Default", "Alternatives", "Also tolerated"],
    rulesOf(document)
      .filter(([, { basis }]) => basis === "assumed")
      .map(([id, { says, choices = [], tolerated = "" }]) => {
        const [first, ...others] = choices;
        const alternatives = others.map((other) => `${code(other.choice)}: ${other.says}`);
        return [id, says, first ? code(first.choice) : "", alternatives.join("<br>"), tolerated];
      }),
  );
}

/** The keys of a mock that runs on a terminal. */
function terminalKeysTable(): string {
  return markdownTable(
    ["Key", "Effect"],
    terminalKeys.map(({ key, description }) => [code(key), description]),
  );
}

/** The scenarios that a mock can start with. */
function scenariosTable(): string {
  const folder = join(import.meta.dirname, "../../fixtures/scenarios");
  const rows = readdirSync(folder).map((file) => {
    const { description } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    return [code(file.replace(/^scenario\.|\.json$/g, "")), description];
  });
  return markdownTable(["Scenario", "What every organization starts with"], rows);
}

function rulesOf(document: WidgetsDocument): [id: string, rule: Rule][] {
  return Object.entries(document["x-rules"]);
}
