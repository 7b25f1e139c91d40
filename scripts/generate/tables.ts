import { magicHosts } from "../../mock/world/site.ts";
import type { ApiDocument, WidgetsDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";

const begin = (name: string) => `<!-- generated: ${name} -->`;
const end = "<!-- /generated -->";

/**
 * A Markdown text with its generated parts made anew.
 * @throws Error when the text asks for a part that nobody makes, or leaves one open.
 */
export function withTables(text: string, tables: Readonly<Record<string, string>>): string {
  return text.replace(/<!-- generated: ([\w -]+?) -->[\s\S]*?<!-- \/generated -->/g, (_, name: string) => {
    const table = tables[name];
    if (table === undefined) throw new Error(`There is no generated part "${name}".`);
    return `${begin(name)}\n${table}\n${end}`;
  });
}

/** A longer example explains nothing in a table. */
const longestExample = 60;

/** What the control plane can be asked for. */
export function controlPlaneTable(document: ApiDocument): string {
  const rows = operationsOf(document).map(({ method, path, summary, example }) => {
    const text = example === undefined ? "{}" : JSON.stringify(example);
    const body = text === "{}" || text.length > longestExample ? "" : ` \`${text}\``;
    return `| \`${method} ${path}\` | ${summary}${body} |`;
  });
  return ["| Request | What it is for |", "|---|---|", ...rows].join("\n");
}

/** The hosts that choose the fate of a crawl. */
export function magicHostsTable(): string {
  const rows = Object.entries(magicHosts).map(([host, { says }]) => `| \`${host}\` | ${says} |`);
  return ["| Host | What becomes of it |", "|---|---|", ...rows].join("\n");
}

/** The assumed rules: what we chose, what else the mock can act out. */
export function assumptionsTable(document: WidgetsDocument): string {
  const rows = Object.entries(document["x-rules"])
    .filter(([, { basis }]) => basis === "assumed")
    .map(([id, { says, choices }]) => {
      const [chosen, ...others] = (choices ?? []).map(({ choice }) => choice);
      return `| ${id} | ${says.replaceAll("|", "\\|")} | ${chosen ? `\`${chosen}\`` : ""} | ${others.map((name) => `\`${name}\``).join(", ")} |`;
    });
  return ["| Rule | What we assume | Choice | Others |", "|---|---|---|---|", ...rows].join("\n");
}
