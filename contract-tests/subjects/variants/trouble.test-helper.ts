import type { FaultOptions } from "../../../mock/index.ts";
import type { RuleId } from "../../../spec/generated/rules.ts";
import { variant } from "../build.test-helper.ts";
import { asked, type Call, isDone, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { exclusive, type Layer, type Memory, type Next, onOperation, refusal } from "../layer.test-helper.ts";
import { seeded } from "../seeded.test-helper.ts";
import { type User, widgets } from "../user.test-helper.ts";
import { byOffset } from "./lists.test-helper.ts";

/** How many widgets an organization may have where there is a quota. */
const quota = 12;
/** How many creates there may be in some time, where they are limited. */
const burst = 8;
const burstMs = 5000;
/** How many widgets of others a busy organization has. */
const crowd = 2000;
const smallCrowd = 60;

/** Networks, limits and neighbours as they are. */
export const troubleVariants = [
  ...[402, 403, 409, 429].map((status) =>
    variant({
      id: `quota-is-answered-${status}`,
      rules: ["A-RATE-1"],
      says: `An organization has ${quota} widgets at most; a create beyond that is answered ${status}.`,
      layer: (memory) => exclusive(limited(memory, status)),
      shows: async (user) => {
        for (let n = 0; n < quota; n++) await user.create();
        return (await user.create()).status === status;
      },
    }),
  ),
  variant({
    id: "creates-are-limited",
    rules: ["A-RATE-1"],
    says: `${burst} creates in five seconds, and no more; further ones are answered 429.`,
    layer: limitedCreates,
    shows: async (user) => {
      for (let n = 0; n < burst; n++) await user.create();
      const { status } = await user.create();
      user.wait(burstMs);
      return status === 429 && (await user.create()).status === 201;
    },
  }),
  variant({
    id: "wrong-keys-are-locked-out",
    rules: ["A-AUTH-2"],
    says: "After five calls without a key that is known, others without one are answered 429 for ten minutes.",
    layer: (memory) => lockingOut(memory, { status: 429, seconds: 600, isForAll: false }),
    shows: async (user) => (await statusesOf(user.as(""), 6)).join() === "401,401,401,401,401,429",
  }),
  variant({
    id: "everybody-is-locked-out",
    rules: ["A-AUTH-2"],
    says: "After five calls without a key that is known, everybody is answered 403 with Retry-After for five seconds.",
    layer: (memory) => lockingOut(memory, { status: 403, seconds: 5, isForAll: true }),
    shows: async (user) => {
      await statusesOf(user.as(""), 5);
      const { status } = await user.create();
      user.wait(5000);
      return status === 403 && (await user.create()).status === 201;
    },
  }),
  variant({
    id: "quota-is-shared",
    rules: ["A-RATE-1"],
    says: "An organization has forty widgets at most, and others take up to all of them now and then; a create beyond that is answered 403 with the code quota.",
    layer: sharedQuota,
    shows: async (user) => {
      const seen = [];
      for (let n = 0; n < 60; n++) seen.push((await user.create()).status);
      return seen.includes(201) && seen.includes(403) && seen.lastIndexOf(201) > seen.indexOf(403);
    },
  }),
  ...troubled([
    [
      "too-many-requests-now-and-then",
      "A-RATE-1",
      "One call in twenty is answered 429.",
      [{ status: 429, share: 0.05 }],
    ],
    ["unavailable-now-and-then", "A-OUT-1", "One call in twenty is answered 503.", [{ status: 503, share: 0.05 }]],
    ["broken-now-and-then", "A-OUT-1", "One call in thirty is answered 500.", [{ status: 500, share: 0.03 }]],
    [
      "connections-get-lost",
      "A-OUT-1",
      "One connection in twenty-five gets lost, half of them after the call was carried out.",
      [
        { connection: "reset", share: 0.02 },
        { connection: "reset", carriedOut: true, share: 0.02 },
      ],
    ],
    [
      "unavailable-after-the-effect",
      "A-OUT-1",
      "One call in thirty is carried out and answered 503.",
      [{ status: 503, carriedOut: true, share: 0.03 }],
    ],
    [
      "rate-is-limited",
      "A-RATE-1",
      "Ten calls in a second, and no more.",
      [{ rateLimit: { limit: 10, windowSeconds: 1 } }],
    ],
  ]),
  variant({
    id: "load-balancer-fails-now-and-then",
    rules: ["A-OUT-1"],
    says: "One call in twenty is answered 502 with a page, half of them after it was carried out.",
    layer: () => {
      const random = seeded(1);
      return async (call, next) => {
        const chance = call.path.startsWith("/_mock") ? 1 : random();
        if (chance >= 0.05) return next(call);
        if (chance < 0.025) await next(call);
        return page(502);
      };
    },
    shows: isTroubled,
  }),
  variant({
    id: "deploy-takes-four-seconds",
    rules: ["A-OUT-1"],
    says: "For four seconds from the first pause on, everything is answered 503 with a page.",
    layer: (memory) => {
      let until = 0;
      return async (call, next) => {
        if (call.path.startsWith("/_mock")) return next(call);
        if (until === 0 && call.operation === "pauseWidget") until = memory.now(call) + 4000;
        return memory.now(call) < until ? page(503) : next(call);
      };
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const isDown = (await user.pause(id)).status === 503 && (await user.get(id)).status === 503;
      user.wait(4000);
      return isDown && (await user.get(id)).status === 200;
    },
  }),
  variant({
    id: "organization-is-busy",
    rules: ["A-LIST-4"],
    says: "The organization has two thousand widgets of others, which come and go with every call.",
    layer: () => busy(crowd),
    shows: async (user) => (await user.ask("GET", `${widgets}?limit=100`)).body.data.length === 100,
  }),
  variant({
    id: "organization-is-busy-and-lists-by-offset",
    rules: ["A-LIST-3", "A-LIST-4"],
    says: "Widgets of others come and go with every call, and cursors are offsets, so that pages drift.",
    layer: () => {
      const [crowded, listed] = [busy(smallCrowd), byOffset()];
      return (call, next) => crowded(call, (one) => listed(one, next));
    },
    shows: async (user) => {
      const pages = await Promise.all([1, 2].map(() => user.ask("GET", `${widgets}?limit=100`)));
      const [first, second] = pages.map(({ body }) => JSON.stringify(body.data));
      return first !== second && String((await user.ask("GET", `${widgets}?limit=2`)).body.next_cursor).startsWith("o");
    },
  }),
];

/** What stands in front of a service that is not there says so on a page for people. */
function page(status: number): Reply {
  return { status, headers: { "content-type": "text/html" }, text: `<h1>${status}</h1>` };
}

function troubled(
  kinds: readonly (readonly [id: string, rule: RuleId, says: string, faults: readonly FaultOptions[]])[],
) {
  return kinds.map(([id, rule, says, faults]) =>
    variant({
      id,
      rules: [rule],
      says,
      prepare: (mock) => {
        for (const fault of faults) mock.faults.add(fault);
      },
      shows: isTroubled,
    }),
  );
}

/** Whether some of two hundred calls go wrong. */
async function isTroubled(user: User): Promise<boolean> {
  let wrong = 0;
  for (let n = 0; n < 200; n++) {
    const status = await user.ask("GET", widgets).then(
      (seen) => seen.status,
      () => 0,
    );
    if (status !== 200) wrong++;
  }
  return wrong > 0 && wrong < 200;
}

/** Turns callers away once five of them had no key that is known. */
function lockingOut(memory: Memory, lockout: { status: number; seconds: number; isForAll: boolean }): Layer {
  const { status, seconds, isForAll } = lockout;
  let [wrong, until] = [0, 0];
  return async (call, next) => {
    const isKnown = /^Bearer sk_test_/.test(call.headers["authorization"] ?? "");
    const now = memory.now(call);
    if (call.operation !== undefined && now < until && (isForAll || !isKnown)) {
      return { ...refusal(status, "locked_out"), headers: { "retry-after": String(seconds) } };
    }
    const reply = await next(call);
    if (reply.status === 401 && ++wrong % 5 === 0) until = now + seconds * 1000;
    return reply;
  };
}

/** What so many lists are answered with. */
async function statusesOf(user: User, times: number): Promise<number[]> {
  const statuses = [];
  for (let n = 0; n < times; n++) statuses.push((await user.ask("GET", widgets)).status);
  return statuses;
}

/** Takes eight creates in five seconds, and no more. */
export function limitedCreates(memory: Memory): Layer {
  const times: number[] = [];
  return async (call, next) => {
    if (call.operation !== "createWidget") return next(call);
    const now = memory.now(call);
    const recent = times.filter((time) => time > now - burstMs);
    if (recent.length < burst) {
      times.push(now);
      return next(call);
    }
    const seconds = Math.ceil(((recent.at(-burst) ?? now) + burstMs - now) / 1000);
    const reply = refusal(429, "rate_limited");
    return { ...reply, headers: { ...reply.headers, "retry-after": String(seconds) } };
  };
}

/** Others take what is left of a quota, and give it back: one create in four comes too late. */
function sharedQuota(): Layer {
  const random = seeded(7);
  return onOperation("createWidget", async (call, next) => (random() < 0.25 ? refusal(403, "quota") : next(call)));
}

function limited(memory: Memory, status: number): Layer {
  const live = new Map<string, Set<string>>();
  return async (call, next) => {
    const own = live.get(memory.keyOf(call)) ?? new Set();
    live.set(memory.keyOf(call), own);
    if (call.operation === "createWidget" && own.size >= quota) return refusal(status, "quota_exceeded");
    const reply = await next(call);
    if (call.operation === "createWidget" && isDone(reply)) own.add(String(widgetIn(reply)?.["id"]));
    if (call.operation === "deleteWidget" && isDone(reply)) own.delete(call.id);
    return reply;
  };
}

/** Others in the same organization, who are never still. */
function busy(crowd: number): Layer {
  const random = seeded(1);
  const foreign = new Map<string, string[]>();
  return async (call, next) => {
    const key = call.headers["authorization"] ?? "";
    if (call.operation === undefined || !key.startsWith("Bearer sk_test_")) return next(call);
    const known = foreign.get(key);
    const others = known ?? [];
    foreign.set(key, others);
    if (!known) for (let n = 0; n < crowd; n++) await join(others, call, next);
    await join(others, call, next);
    await leave(others, call, next, random);
    return next(call);
  };
}

async function join(others: string[], call: Call, next: Next): Promise<void> {
  const body = { name: `Somebody's ${others.length}`, site_url: "https://somebody.example" };
  const reply = await next(asked(call, "POST", widgets, body));
  others.push(String(widgetIn(reply)?.["id"]));
}

/** One goes, and another does something with a widget of its own. */
async function leave(others: string[], call: Call, next: Next, random: () => number): Promise<void> {
  const [gone = ""] = others.splice(Math.floor(random() * others.length), 1);
  await next(asked(call, "DELETE", widgetPath(gone)));
  const id = others[Math.floor(random() * others.length)] ?? gone;
  const actions = ["pause", "resume", "recrawl"];
  await next(asked(call, "POST", `${widgetPath(id)}/${actions[Math.floor(random() * actions.length)]}`));
}
