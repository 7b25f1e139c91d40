import { lexer, type Token, type Tokens } from "marked";

/** A fenced block of a page, with what the comments right above it say. */
export interface Snippet {
  /** The line that its fence is on, counted from 1. */
  readonly line: number;
  /** The first word behind the fence, such as `sh`. */
  readonly language: string;
  readonly text: string;
  /** The file to save it as: named by a comment above, or by a first line that is a comment with a file name alone. */
  readonly file?: string;
  /** Why it is not run. */
  readonly notRun?: string;
  /** It starts a mock that listens until the page ends; `clone` where it does so in the root of the repository. */
  readonly server?: "here" | "clone";
  /** It runs until the page ends. */
  readonly isBackground: boolean;
  /** The exit code that it should end with. */
  readonly exitCode: number;
  /** It is what the block before prints. */
  readonly isOutput: boolean;
}

/** A block or a comment of a page that is not understood. */
export class SnippetError extends Error {
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

const curlExitCodeOfRejection = 22;

const languages = ["go", "html", "js", "json", "mermaid", "python", "sh", "text", "ts", "yaml"];

/**
 * Lists the fenced blocks of a Markdown page, in order.
 * @throws SnippetError for a block without a known language, and for an unknown comment right above a block
 */
export function readSnippets(markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  let line = 1;
  let comments: string[] = [];
  for (const token of flatten(lexer(markdown))) {
    if (token.type === "html") comments.push(...commentsIn(token.raw));
    if (token.type === "code") snippets.push(snippetOf(token as Tokens.Code, line, comments));
    if (token.type !== "html" && token.type !== "space") comments = [];
    line += token.raw.split("\n").length - 1;
  }
  return snippets;
}

/** Blocks inside list items and quotes would not be found where they stand, so they are not allowed. */
function flatten(tokens: Token[]): Token[] {
  for (const token of tokens) {
    if ((token.type === "list" || token.type === "blockquote") && /^[\s>]*```/m.test(token.raw)) {
      throw new Error(`A code block stands in a list or a quote; put it on the page's own level: ${token.raw}`);
    }
  }
  return tokens;
}

function commentsIn(html: string): string[] {
  return [...html.matchAll(/<!--\s*(.*?)\s*-->/gs)].map(([, text = ""]) => text);
}

function snippetOf({ lang = "", text }: Tokens.Code, line: number, comments: readonly string[]): Snippet {
  const language = lang.split(/\s/)[0] ?? "";
  if (!languages.includes(language)) {
    throw new SnippetError(line, `unknown language "${language}" of a code block; known: ${languages.join(", ")}`);
  }
  const snippet = {
    line,
    language,
    text,
    exitCode: 0,
    isBackground: false,
    isOutput: false,
    ...Object.assign({}, ...comments.map(read)),
  };
  const file = snippet.file ?? fileNamedIn(text);
  if (snippet.notRun === undefined) checkRunnable(snippet);
  return file === undefined ? snippet : { ...snippet, file };

  function read(comment: string): Partial<Snippet> {
    const [, name = "", value = ""] = /^([a-z ]+?)(?:: (.+))?$/s.exec(comment) ?? [];
    if (name === "not run" && value !== "") return { notRun: value };
    if (name === "file" && value !== "") return { file: value };
    if (name === "server") return { server: "here" };
    if (name === "server in the clone") return { server: "clone" };
    if (name === "exit code" && /^\d+$/.test(value)) return { exitCode: Number(value) };
    if (name === "background") return { isBackground: true };
    if (name === "rejected") return { exitCode: curlExitCodeOfRejection };
    if (name === "output") return { isOutput: true };
    if (name === "generated" || comment === "/generated") return {};
    throw new SnippetError(line, `unknown comment "${comment}" above a code block`);
  }
}

function checkRunnable({ language, line, isOutput }: Snippet): void {
  if (language === "mermaid" || language === "html") {
    throw new SnippetError(line, `a diagram or a page needs the comment "not run: <reason>" above it`);
  }
  if (language === "text" && !isOutput) {
    throw new SnippetError(line, `a text block needs the comment "output" or "not run: <reason>" above it`);
  }
}

/** A first line such as `// vitest.config.ts` or `# tests/conftest.py` says where to save the block. */
function fileNamedIn(text: string): string | undefined {
  return /^(?:\/\/|#) ((?:[\w.-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|mts|js|mjs|cjs|json|ya?ml|py|go))$/m.exec(
    text.split("\n")[0] ?? "",
  )?.[1];
}
