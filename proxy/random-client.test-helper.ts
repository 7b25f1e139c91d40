import { widgetIn } from "../contract-tests/history/views.ts";
import type { Subject, Variant } from "../contract-tests/subjects/subject.test-helper.ts";
import { site, widgets } from "../contract-tests/subjects/user.test-helper.ts";
import type { Json } from "../spec/merge-patch.ts";

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

/** Calls at random until the steps are over. */
export async function callAtRandom({ url, subject, authorize, seed, steps, beside }: RandomClient): Promise<void> {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const pick = <T>(some: readonly T[]): T => some[random(some.length)] as T;
  const ids: string[] = [];
  const call = async (method: string, path: string, body?: Json, base = url) => {
    const key = random(12) === 0 ? "" : random(10) === 0 ? "sk_test_two" : "sk_test_one";
    const header = authorize?.header ?? "authorization";
    const credential: Record<string, string> = key === "" ? {} : { [header]: authorize?.value(key) ?? `Bearer ${key}` };
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { ...credential, ...type, ...pick(oddHeaders) };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const text = await fetch(`${base}${widgets}${path}`, init).then(
      (response) => response.text(),
      () => "",
    );
    const widget = text.startsWith("{") ? widgetIn(JSON.parse(text) as Json) : undefined;
    if (method === "POST" && path === "" && typeof widget?.["id"] === "string") ids.push(widget["id"]);
  };
  const one = async (base?: string) => {
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
