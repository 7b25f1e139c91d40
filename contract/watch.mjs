// The steps of the action beside it: `restore` gets the last report, `run` runs the contract tests and compares, `issue` tells
// what changed. They need Node and unzip, which every runner of GitHub has.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { env } = process;
/** GitHub takes no longer body of an issue or a comment. */
const maxBodyLength = 60_000;

/** Tells the steps that follow. */
function output(name, value) {
  appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** Warns beside the run; what cannot be compared or told fails nothing. */
function warn(message) {
  console.log(`::warning title=widgets-mock::${message.replaceAll(/[\r\n]+/g, " ")}`);
}

function folder() {
  return mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), "widgets-contract-"));
}

/** Calls GitHub's API. */
async function github(method, path, body) {
  const response = await fetch(`${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${env.TOKEN}`,
      "user-agent": "widgets-mock",
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path.split("?")[0]} returned ${response.status}`);
  return response;
}

/** Gets the newest artifact of the name, from an earlier run. */
async function restore() {
  try {
    const list = await github("GET", `/actions/artifacts?per_page=100&name=${encodeURIComponent(env.NAME)}`);
    const { artifacts } = await list.json();
    const [last] = artifacts
      .filter((one) => one.name === env.NAME && !one.expired && String(one.workflow_run?.id) !== env.GITHUB_RUN_ID)
      .sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
    if (!last) {
      console.log("There is no earlier report: this one will be the first.");
      return;
    }
    const zip = await github("GET", `/actions/artifacts/${last.id}/zip`);
    const here = folder();
    writeFileSync(join(here, "last.zip"), Buffer.from(await zip.arrayBuffer()));
    execFileSync("unzip", ["-q", "last.zip", "report.json", "dialect.json", "-d", "last"], { cwd: here });
    output("report", join(here, "last", "report.json"));
    console.log(`Comparing with the report of ${last.created_at}.`);
  } catch (error) {
    warn(`The last report could not be had, so nothing is compared: ${error.message}`);
  }
}

/** Runs the contract tests, and tells how they ended and whether something changed. */
function run() {
  const report = join(folder(), "report");
  const version =
    env.VERSION || JSON.parse(readFileSync(join(env.GITHUB_ACTION_PATH, "../package.json"), "utf8")).version;
  const packed = version.includes("/") ? version : `widgets-mock@${version}`;
  const args = (env.ARGS ?? "").split(/\s+/).filter((one) => one !== "");
  const compare = env.LAST && existsSync(env.LAST) ? ["--compare", env.LAST] : [];
  const command = ["--yes", "--package", packed, "widgets-mock", "contract", env.BASE_URL];
  const { status } = spawnSync("npx", [...command, "--report", report, ...compare, ...args], { stdio: "inherit" });
  output("exit-code", status ?? 2);
  if (!existsSync(join(report, "report.json"))) return;
  output("report", report);
  const comparison = join(report, "comparison.json");
  if (compare.length === 0 || !existsSync(comparison)) return;
  const { verdicts, dialect } = JSON.parse(readFileSync(comparison, "utf8"));
  output("changed", verdicts.length + dialect.length > 0);
}

/** What an issue says: what changed, then the report. */
function issueText() {
  const { verdicts, dialect } = JSON.parse(readFileSync(join(env.REPORT, "comparison.json"), "utf8"));
  const cell = (value) => String(value ?? "nothing").replaceAll(/[|<>`@#\r\n]/g, " ");
  const rows = [...verdicts, ...dialect].map(
    ({ id, before, after }) => `| ${[id, before, after].map(cell).join(" | ")} |`,
  );
  const url = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  const head = [
    `The contract tests found a change; exit code ${env.EXIT_CODE}. [The run](${url}) keeps the report as artifact \`${env.NAME}\`.`,
    ["| Rule | Before | Now |", "|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
  const whole = `${head}\n\n${readFileSync(join(env.REPORT, "report.md"), "utf8")}`;
  return whole.length <= maxBodyLength ? whole : head.slice(0, maxBodyLength);
}

/** Opens an issue, or comments on the one that is open. */
async function issue() {
  const body = issueText();
  const label = encodeURIComponent(env.LABEL);
  const open = await (await github("GET", `/issues?state=open&per_page=100&labels=${label}`)).json();
  const title = `Contract of ${env.NAME} changed`;
  const known = open.find((one) => one.title === title && !one.pull_request);
  const told = known
    ? await github("POST", `/issues/${known.number}/comments`, { body })
    : await github("POST", "/issues", { title, body, labels: [env.LABEL] });
  const { html_url: url } = await told.json();
  output("issue-url", url);
  console.log(`${known ? "Updated" : "Opened"} ${url}`);
}

const steps = { restore, run, issue };
const step = steps[process.argv[2]];
if (!step) throw new Error(`unknown step ${process.argv[2]}: must be one of ${Object.keys(steps).join(", ")}`);
await step();
