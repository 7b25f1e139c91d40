import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { printableText } from "../../spec/text/printable-text.ts";
import { githubAnnotations } from "./github.ts";
import { htmlReport } from "./html/html-report.ts";
import { junitReport } from "./junit-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { type Report, rulesWithReproduction } from "./report.ts";
import { reasonToSkip } from "./reproduction/paste.test-helper.ts";
import { tried } from "./run.test-helper.ts";
import { textReport } from "./text/text-report.ts";

/** Texts that a server may send, each with what would be wrong in an output; `in` names the forms where it would be. */
const hostileTexts: {
  readonly [name: string]: { readonly text: string; readonly not?: RegExp; readonly in?: string };
} = {
  page: {
    text: "</title></script><script>ran()</script><img src=x onerror=ran()>",
    not: /<script>ran|<img/,
    in: "html junit",
  },
  terminal: { text: "\u001b[2J\u0007\u009b1A\r", not: /(?!\n)\p{Cc}/u },
  direction: { text: "\u202egnp\u2066\u200b", not: /[\u202e\u2066\u200b]/ },
  workflow: { text: "##[error]x\n::stop-commands::x", not: /##\[|^\s*::stop/m },
  shell: { text: '$(touch ran)`touch ran`\'; touch ran; "!x"\\' },
  xml: { text: "]]>&amp;\ufffe\ud800", not: /[\ufffe\ud800]/, in: "junit" },
  markdown: { text: "``` | [a](javascript:ran) <b>", not: /^\|.*<b>/m },
  path: { text: "../../admin?x=[1-50]{a,b}#y" },
};
const allTexts = Object.values(hostileTexts)
  .map(({ text }) => text)
  .join(" ");

/** An id that begins with every text. */
const hostileId = (id: string) => `${allTexts} ${id}`;

/** A server that writes every text into ids, names and errors. */
function hostile(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hostile);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (name === "id") return [name, hostileId(String(one))];
      return [name, name === "name" || name === "detail" ? `${allTexts}${one}` : hostile(one)];
    }),
  );
}

const originalId = (segment: string) => decodeURIComponent(segment).split(" ").at(-1) ?? "";

let run: Promise<Report> | undefined;
function hostileReport(): Promise<Report> {
  run ??= tried({
    between: async (request, answer) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/(?<=\/widgets\/)[^/]+/, originalId);
      const body = request.method === "GET" || request.method === "DELETE" ? null : await request.text();
      const response = await answer(new Request(url, { method: request.method, headers: request.headers, body }));
      const text = await response.text();
      if (text === "") return new Response(null, response);
      return new Response(JSON.stringify(hostile(JSON.parse(text))), { status: response.status });
    },
  }).then(({ report }) => report);
  return run;
}

const forms: { readonly [form: string]: (report: Report) => string } = {
  text: (report) => textReport(report),
  html: (report) => htmlReport(report),
  markdown: (report) => markdownReport(report),
  junit: (report) => junitReport(report),
  annotations: (report) => githubAnnotations(report).join("\n"),
};

test.each(Object.entries(hostileTexts))("text from a server is data in every form of a report (%s)", async (_, one) => {
  const report = await hostileReport();
  const withLeftover = { ...report, leftovers: [{ id: printableText(one.text), name: "a", reason: "b" }] };
  for (const [form, format] of Object.entries(forms)) {
    const output = format(withLeftover);
    expect([form, output.includes("admin?x=")]).toEqual([form, true]);
    const isChecked = one.in?.split(" ").includes(form) ?? true;
    if (one.not && isChecked)
      expect([form, one.not.exec(output.replace(/^::error title=/gm, ""))?.[0]]).toEqual([form, undefined]);
  }
});

test("the commands of a reproduction send what the run sent, whatever an id holds", async ({ skip }) => {
  skip(reasonToSkip !== undefined, reasonToSkip);
  const report = await hostileReport();
  const [rule] = rulesWithReproduction(report).filter(({ id }) => id === "OBJ-3");
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Notes what it is given, and answers as the server does; jq reads no half of a surrogate pair.
  const newId = hostileId("wgt_1").replace("\ud800", "");
  const answer = JSON.stringify({ id: newId, status: "active" });
  writeFileSync(join(folder, "answer.json"), answer);
  writeFileSync(
    join(folder, "curl"),
    `#!/bin/bash\nprintf '%s\\n' "\${@: -1}" >> "${folder}/sent"\n[[ " $* " == *" --globoff --path-as-is "* ]] || echo "$*" >> "${folder}/unsafe"\ncat "${folder}/answer.json"\n`,
    { mode: 0o755 },
  );
  const env = { PATH: folder + delimiter + process.env["PATH"], WIDGETS_API_KEY: "k" };
  const shell = spawnSync("bash", ["--noprofile", "--norc", "-c", rule?.reproduction.commands.join("\n") ?? ""], {
    cwd: folder,
    env,
  });
  expect(shell.stderr.toString()).toBe("");
  const sent = readFileSync(join(folder, "sent"), "utf8").trimEnd().split("\n");
  expect(sent.length).toBeGreaterThan(2);
  for (const url of sent) {
    const [, id, more] = /^http:\/\/mock\.test\/api\/v1\/widgets(?:\/([^/?#]+))?(.*)$/.exec(url) ?? [];
    expect([url, more]).toEqual([url, ""]);
    if (id !== undefined) expect(decodeURIComponent(id)).toBe(newId);
  }
  for (const file of ["ran", "unsafe"]) expect(() => readFileSync(join(folder, file))).toThrow("ENOENT");
});
