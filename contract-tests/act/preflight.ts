import type { WidgetsDocument } from "../../spec/document.ts";
import { operationsOf, pathPrefixOf } from "../../spec/operations.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { defined } from "../defined.ts";
import { type CallerRole, type Exchange, isPage, type SeenResponse } from "../history/exchange.ts";
import type { Preflight } from "../history/record.ts";
import { firstListedId, holdsArray } from "../history/views.ts";
import { requestTarget } from "../http/http-client.ts";
import { connectionProblem, type HttpError, mayBeChance, proxyBefore } from "../http/http-error.ts";
import { type Redact, redactorFor } from "../redact.ts";
import { credentialOf, type Target } from "../target.ts";
import { responseOf } from "./wire.ts";

/** A target that cannot be tested as it was given: what is wrong, and what to do. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";

  constructor(problem: string, advice: string) {
    super(`${problem}. ${advice}\nNothing was created or deleted.`);
  }
}

/** How a preflight goes about. */
export interface PreflightOptions {
  /** A changed document (default: the one of the package). */
  readonly document?: WidgetsDocument;
  readonly callsPerSecond?: number;
  readonly timeLimitMs?: number;
  /** How long it waits before it asks again, in milliseconds. */
  readonly pauseMs?: number;
}

/** How many calls it makes at most, and how long an answer may take, in milliseconds. */
const maxCalls = 5;
const maxAnswerMs = 10_000;

/** The paths that a preflight calls, from the document. */
interface Paths {
  readonly list: string;
  readonly firstOfList: string;
  /** What all paths begin with. */
  readonly prefix: string;
  readonly widget: (id: string) => string;
}

function pathsOf(document: WidgetsDocument): Paths {
  const [list = "", widget = ""] = ["listWidgets", "getWidget"].map(
    (id) => operationsOf(document).find((operation) => operation.id === id)?.path,
  );
  return {
    list,
    firstOfList: `${list}?limit=1`,
    prefix: pathPrefixOf(document),
    widget: (id) => widget.replace("{id}", id),
  };
}

/** An answer, or the error that came instead. */
interface Outcome {
  readonly response?: SeenResponse;
  readonly error?: HttpError;
}

/**
 * Finds out with a few calls that create nothing whether a target can be reached and tested. An operation that is broken is
 * for the run to tell: only what makes every call fail ends it here.
 * @throws PreflightError that says what is wrong by its cause
 */
export async function preflight(target: Target, options: PreflightOptions = {}): Promise<Preflight> {
  const check = new Check(target, options);
  await check.run();
  return check;
}

class Check implements Preflight {
  readonly exchanges: Exchange[] = [];
  readonly notes: string[] = [];
  readonly #target: Target;
  readonly #paths: Paths;
  readonly #redact: Redact;
  readonly #gapMs: number;
  readonly #pauseMs: number;
  readonly #answerMs: number;

  constructor(target: Target, options: PreflightOptions) {
    const { callsPerSecond = Number.POSITIVE_INFINITY, timeLimitMs = maxAnswerMs, pauseMs = 1000 } = options;
    this.#paths = pathsOf(options.document ?? publishedDocument);
    this.#answerMs = Math.min(maxAnswerMs, timeLimitMs);
    this.#target = target;
    this.#redact = redactorFor(target);
    this.#gapMs = 1000 / callsPerSecond;
    this.#pauseMs = pauseMs;
  }

  async run(): Promise<void> {
    const list = await this.#list("own");
    if (isList(list)) return this.#checkSecondKey(list.response);
    const { response, error } = list as Outcome;
    if (response && response.status >= 300 && response.status < 400) this.#failForRedirect(response);
    if (response?.status === 407)
      this.#fail("the proxy wants a credential (407)", "Give it: --proxy http://user:password@host:port.");
    if (error && error.code !== "TIMEOUT") this.#failFor(error);
    const other = await this.#call("own", this.#paths.widget("wgt_0000000000"));
    if (isOfApi(other) && !isSameSuccess(list, other)) {
      if (response?.status === 404) await this.#checkBase(list, other);
      const what = response ? String(response.status) : (error?.message ?? "no answer");
      this.notes.push(`the list could not be read before the run: ${what}`);
      return;
    }
    if (other.error) this.#failFor(other.error);
    this.#failForResponse(response ?? other.response);
  }

  /** A 404 of a list, and of a widget that nobody has, says nothing of the operation where every path is answered so. */
  async #checkBase(list: Outcome, widget: Outcome): Promise<void> {
    const { baseUrl } = this.#target;
    const { list: listPath, firstOfList, prefix } = this.#paths;
    const isDoubled = baseUrl.endsWith(prefix);
    const shorter = baseUrl.slice(0, -prefix.length);
    if (isDoubled && isList(await this.#call("own", firstOfList, shorter))) {
      this.#fail(`the base URL ends in ${prefix}, which the paths begin with`, `Use ${this.#shown(shorter)}.`);
    }
    if (!isDoubled) {
      const madeUp = await this.#call("own", `${listPath}-that-nobody-has`);
      if (![list, widget].every((one) => isSameAnswer(one, madeUp))) return;
    }
    this.#fail(
      `${this.#shown(baseUrl)} answers 404 to ${listPath}, as to any other path`,
      `Check the base URL: it is what stands before ${prefix}.`,
    );
  }

  async #checkSecondKey(own: SeenResponse): Promise<void> {
    const { credential, secondCredential } = this.#target;
    if (!secondCredential) return;
    const advice = "Give a key of another organization, or leave --second-api-key out.";
    if (JSON.stringify(credential) === JSON.stringify(secondCredential))
      this.#fail("both API keys are the same", advice);
    const { response } = await this.#list("other");
    if (response?.status === 401 || response?.status === 403) {
      this.#fail(`the server answers ${response.status} with the second API key`, advice);
    }
    const [ownId, otherId] = [firstListedId(own.body), firstListedId(response?.body)];
    if (ownId === undefined && otherId === undefined) {
      this.notes.push("that the two API keys belong to two organizations could not be checked: both lists are empty");
    }
    if (ownId === undefined || ownId !== otherId) return;
    const read = await this.#call("other", this.#paths.widget(encodeURIComponent(ownId)));
    if (read.response?.status !== 200) return;
    this.#fail(
      "both API keys list and get the same widget: they belong to one organization, or the server does not keep " +
        "organizations apart (SCOPE-2)",
      advice,
    );
  }

  /** The list, asked for again where it was only by chance that there is none. */
  async #list(caller: CallerRole): Promise<Outcome> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#call(caller, this.#paths.firstOfList);
      const isChance = outcome.error ? mayBeChance(outcome.error) : isBusy(outcome);
      if (!isChance || attempt === 2 || caller === "other") return outcome;
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    }
  }

  async #call(caller: CallerRole, path: string, baseUrl = this.#target.baseUrl): Promise<Outcome> {
    const n = this.exchanges.length + 1;
    if (n > maxCalls) throw new Error(`more than ${maxCalls} calls`);
    if (n > 1 && this.#gapMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#gapMs));
    const target = { ...this.#target, baseUrl };
    const headers = { ...target.headers, ...credentialOf(target, caller) };
    const t0 = performance.now();
    const outcome = await requestTarget(target, { method: "GET", path, headers, timeoutMs: () => this.#answerMs }).then(
      (answer): Outcome => ({ response: responseOf(answer) }),
      (error: HttpError): Outcome => ({ error }),
    );
    const { body: _, ...seen } = outcome.response ?? {};
    const exchange: Exchange = {
      ...{ n, operation: path === this.#paths.firstOfList ? "listWidgets" : "getWidget", caller },
      ...{ t0: 0, t1: Math.round(performance.now() - t0), began: 2 * n - 1, ended: 2 * n },
      request: { method: "GET", path },
      // What is listed belongs to others.
      ...(outcome.response ? { response: seen as SeenResponse } : defined({ error: outcome.error?.message })),
    };
    this.exchanges.push(this.#redact(exchange));
    return outcome;
  }

  #failForResponse(response: SeenResponse | undefined): void {
    const { status = 0 } = response ?? {};
    const call = `${this.#shown(this.#target.baseUrl)}${this.#paths.list}`;
    const proxy = proxyBefore(this.#target);
    if (status === 401 || status === 403) {
      const advice = `Check that it is complete, valid, and of this environment${proxy === undefined ? "" : `, and that the proxy ${proxy} lets calls through`}.`;
      this.#fail(`${call} answers ${status} with this API key`, advice);
    }
    const form = isPage(response ?? { status, headers: {} })
      ? " with an HTML page"
      : status < 300
        ? " without a list"
        : "";
    const what = `${status}${form}`;
    const advice =
      "A gateway, a login page or a web site may answer for the API: check the base URL, and that it is up.";
    this.#fail(`${call} answers ${what}`, advice);
  }

  #failForRedirect({ status, headers }: SeenResponse): never {
    const { baseUrl } = this.#target;
    const { location = "" } = headers;
    const { list: listPath } = this.#paths;
    const to = URL.canParse(location, baseUrl + listPath) ? new URL(location, baseUrl + listPath) : undefined;
    const path = to?.pathname.endsWith(listPath) ? to.pathname.slice(0, -listPath.length) : undefined;
    const advice =
      to && path !== undefined
        ? `Use ${this.#shown(to.origin + path)} as the base URL.`
        : "Give the address that it leads to as the base URL, if it is the API's.";
    return this.#fail(
      `${this.#shown(baseUrl)} redirects (${status}) to ${this.#shown(to?.href ?? location)}; redirects are not followed`,
      advice,
    );
  }

  #failFor(error: HttpError): never {
    const { problem, advice } = connectionProblem(error, this.#target);
    return this.#fail(problem, advice);
  }

  #shown(text: string): string {
    return printableText(this.#redact(text), 200);
  }

  #fail(problem: string, advice: string): never {
    throw new PreflightError(printableText(this.#redact(problem), 600), advice);
  }
}

/** Whether an answer is a list, whatever its envelope. */
function isList(outcome: Outcome): outcome is Required<Pick<Outcome, "response">> {
  const { response } = outcome;
  return response !== undefined && isSuccess(response) && holdsArray(response.body);
}

/** Whether an answer is one of an API, which knows no such widget. */
function isOfApi({ response }: Outcome): boolean {
  if (!response || isPage(response)) return false;
  return isSuccess(response) || [400, 404, 405, 410, 422].includes(response.status);
}

function isSuccess({ status }: SeenResponse): boolean {
  return status >= 200 && status < 300;
}

/** Whether a server is only busy, or away for a moment. */
function isBusy({ response }: Outcome): boolean {
  if (!response) return false;
  return response.status === 429 || response.status >= 502 || (isPage(response) && isSuccess(response));
}

/** Whether a list and a widget that nobody has are answered with success and alike: an API has no such answer. */
function isSameSuccess(list: Outcome, widget: Outcome): boolean {
  return list.response !== undefined && isSuccess(list.response) && isSameAnswer(list, widget);
}

/** Whether two answers say the same, besides what they repeat of the path and ids of their own. */
function isSameAnswer(a: Outcome, b: Outcome): boolean {
  const textOf = ({ response }: Outcome) =>
    JSON.stringify(response?.body ?? null)
      .replaceAll(/[^\s"']*\/[^\s"']*/g, "")
      .replaceAll(/[\w.-]*\d[\w.-]*/g, "");
  const headOf = ({ response }: Outcome) => `${response?.status} ${response?.headers["content-type"]}`;
  return headOf(a) === headOf(b) && textOf(a) === textOf(b);
}
