import { widgetIn } from "../contract-tests/history/views.ts";
import type { Subject, Variant } from "../contract-tests/subjects/subject.test-helper.ts";
import { site, widgets } from "../contract-tests/subjects/user.test-helper.ts";
import type { Json } from "../spec/merge-patch.ts";
import { lossHeader } from "./staging.test-helper.ts";

/** A client that calls a server at random: with good requests and bad ones, one after the other and side by side. */
export interface RandomClient {
  readonly url: string;
  readonly subject: Subject;
  readonly authorize?: Variant["authorize"];
  readonly seed: number;
  readonly steps: number;
  /** Whether somebody calls the server beside the proxy, at its own address. */
  readonly beside?: string;
}

const bodies: readonly { readonly [name: string]: Json }[] = [
  { name: "Second" },
  { voice: "Aoede", persona: "Warm." },
  { theme: { radius: 8 } },
  { theme: { mode: "light", primary: "#ff6600", radius: 4 } },
  { show_label: false, button_label: "Ask" },
  { suggested_prompts: ["A", "B"], domains: ["a.example"] },
  { name: "  <b>e\u0301</b> ", persona: "x".repeat(3000) },
  { intro_title: null },
  {},
  { nonsense: 1 },
  { status: "paused" },
  { theme: { radius: 1000 } },
  { name: 7 },
];
/** Those that every server takes. */
const goodBodies = bodies.slice(0, 6);
const queries = ["", "?limit=1", "?limit=2", "?limit=0", "?limit=1000", "?cursor=none", "?status=active"];
const oddHeaders: readonly Record<string, string>[] = [
  ...Array.from({ length: 20 }, () => ({})),
  { "idempotency-key": "k1" },
  { accept: "text/html" },
];

type Fields = Readonly<Record<string, string>>;

/** What a page gives to go on with, as a client guesses that knows the usual ways. */
function cursorAfter({ answer, link }: { readonly answer: Json | undefined; readonly link: string | null }) {
  const inLink = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? "")?.[1];
  if (inLink) return new URL(inLink, "http://page.example").searchParams.get("cursor") ?? undefined;
  const found = /"[^"]*next[^"]*":\s*"([^"]+)"/.exec(JSON.stringify(answer ?? null))?.[1];
  if (found === undefined || !/^(https?:|[/?])/.test(found)) return found;
  return new URL(found, "http://page.example").searchParams.get("cursor") ?? undefined;
}

/** Calls at random until the steps are over. */
export async function callAtRandom({ url, subject, authorize, seed, steps, beside }: RandomClient): Promise<void> {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const pick = <T>(some: readonly T[]): T => some[random(some.length)] as T;
  const ids: string[] = [];
  const anyKey = () => (random(12) === 0 ? "" : random(10) === 0 ? "sk_test_two" : "sk_test_one");
  const call = async (
    method: string,
    path: string,
    body?: Json,
    base = url,
    more: Fields = pick(oddHeaders),
    key = anyKey(),
  ) => {
    const header = authorize?.header ?? "authorization";
    const credential: Record<string, string> = key === "" ? {} : { [header]: authorize?.value(key) ?? `Bearer ${key}` };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { ...credential, ...type, ...more };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const { text, link } = await fetch(`${base}${widgets}${path}`, init).then(
      async (response) => ({ text: await response.text(), link: response.headers.get("link") }),
      () => ({ text: "", link: null }),
    );
    const answer = /^[{[]/.test(text) ? (JSON.parse(text) as Json) : undefined;
    const id = widgetIn(answer)?.["id"];
    if (method === "POST" && path === "" && typeof id === "string") ids.push(id);
    return { answer, link };
  };
  /** Goes through the pages of the list, and often at once again: what happens meanwhile happens now and then. */
  const walk = async (base?: string) => {
    const limit = pick([1, 2, 2, 3, 5]);
    for (let times = 0; times < pick([1, 2, 3]); times++) {
      let page = await call("GET", `?limit=${limit}`, undefined, base, {}, "sk_test_one");
      for (let n = 0, cursor = cursorAfter(page); n < 12 && cursor !== undefined; n++, cursor = cursorAfter(page)) {
        if (random(20) === 0) await one(base);
        page = await call(
          "GET",
          `?limit=${limit}&cursor=${encodeURIComponent(cursor)}`,
          undefined,
          base,
          {},
          "sk_test_one",
        );
      }
    }
  };
  /** Repeats a write with one idempotency key, as if its answers had been lost: some are. */
  const retry = async (method: string, path: string, body?: Json, base?: string) => {
    const key = `retry-${random(1_000_000)}`;
    for (let n = 0; n < pick([2, 2, 3, 4]); n++) {
      const lost: Fields = pick<Fields>([{}, {}, { [lossHeader]: "request" }, { [lossHeader]: "answer" }]);
      await call(method, path, body, base, { "idempotency-key": key, ...lost }, "sk_test_one");
      if (random(3) === 0) await one(base);
      if (random(4) === 0) subject.advance(random(4000));
    }
  };
  const one = async (base?: string): Promise<void> => {
    const id = random(10) === 0 ? "wgt_none" : (pick(ids) ?? "wgt_none");
    // Most requests are good ones: what is never judged proves nothing.
    const good = { name: `Widget ${random(1000)}`, site_url: site };
    const bad = { name: pick(["Northwind", "x".repeat(200)]), site_url: pick([site, "nonsense"]), ...pick(bodies) };
    const create = random(4) === 0 ? bad : good;
    const body = random(3) === 0 ? pick(bodies) : pick(goodBodies);
    const choices = [
      ...[0, 1, 2].map(() => () => call("POST", "", create, base)),
      ...["pause", "resume", "recrawl"].map((action) => () => call("POST", `/${id}/${action}`, undefined, base)),
      ...[0, 1, 2, 3, 4].map(() => () => call("GET", `/${id}`, undefined, base)),
      ...[0, 1, 2].map(() => () => call("PATCH", `/${id}`, body, base)),
      () => call("GET", pick(queries), undefined, base),
      () => walk(base),
      () => retry("POST", `/${id}/${pick(["pause", "resume", "recrawl"])}`, undefined, base),
      () => pick([() => retry("PATCH", `/${id}`, body, base), () => retry("POST", "", create, base)])(),
      () => call(pick(["DELETE", "GET", "GET", "PUT"]), `/${id}`, undefined, base),
    ];
    await pick(choices)();
  };
  for (let step = 0; step < steps; step++) {
    if (random(5) === 0) subject.advance(random(4000));
    const together = random(6) === 0 ? 3 : 1;
    await Promise.all(Array.from({ length: together }, () => one()));
    if (beside !== undefined && random(4) === 0) await one(beside);
  }
}
