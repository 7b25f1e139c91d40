import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type ApiClient, clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import type { Mock } from "./index.ts";

/** What is known of a widget, written down from the rules by hand rather than read from the document. */
interface Known {
  id: string;
  status: "draft" | "active" | "paused" | "deleted";
  crawl: "running" | "succeeded" | "failed";
  endsAt: number;
  readonly fails: boolean;
  readonly createdAt: string;
  voice: string;
  name: string;
}

interface Model {
  now: number;
  widgets: Known[];
}

interface Real {
  readonly mock: Mock;
  readonly api: ApiClient;
}

const crawlMs = 2000;
const live = (model: Model) => model.widgets.filter(({ status }) => status !== "deleted");
const path = ({ id }: Known) => `${widgets}/${id}`;

type Command = fc.AsyncCommand<Model, Real>;

function onWidget(
  index: number,
  what: string,
  run: (widget: Known, model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: (model) => model.widgets.length > 0,
    run: async (model, real) => run(model.widgets[index % model.widgets.length] as Known, model, real),
    toString: () => `${what}(${index})`,
  };
}

const create = (fails: boolean, voice: string): Command => ({
  check: () => true,
  async run(model, { api }) {
    const name = `Widget ${model.widgets.length}`;
    const { status, body } = await api.post(widgets, { name, voice, site_url: fails ? "https://fail.test" : site });
    expect(status).toBe(201);
    expect(model.widgets.map(({ id }) => id)).not.toContain(body.id);
    model.widgets.push({
      id: body.id,
      status: "draft",
      crawl: "running",
      endsAt: model.now + crawlMs,
      fails,
      createdAt: body.created_at,
      voice,
      name,
    });
  },
  toString: () => `create(${fails ? "failing" : "fine"})`,
});

const wait = (milliseconds: number): Command => ({
  check: () => true,
  async run(model, { mock }) {
    const happened = mock.clock.advance({ seconds: milliseconds / 1000 }).happened;
    model.now += milliseconds;
    const ending = live(model).filter(({ crawl, endsAt }) => crawl === "running" && endsAt <= model.now);
    expect(happened.map(({ widget }) => widget).sort()).toEqual(ending.map(({ id }) => id).sort());
    for (const widget of ending) {
      widget.crawl = widget.fails ? "failed" : "succeeded";
      if (widget.status === "draft" && !widget.fails) widget.status = "active";
    }
  },
  toString: () => `wait(${milliseconds})`,
});

const pause = (index: number) =>
  onWidget(index, "pause", async (widget, _, { api }) => {
    const { status } = await api.post(`${path(widget)}/pause`);
    expect(status).toBe({ draft: 409, active: 200, paused: 200, deleted: 404 }[widget.status]);
    if (status === 200) widget.status = "paused";
  });

const resume = (index: number) =>
  onWidget(index, "resume", async (widget, _, { api }) => {
    const { status } = await api.post(`${path(widget)}/resume`);
    expect(status).toBe({ draft: 409, active: 200, paused: 200, deleted: 404 }[widget.status]);
    if (status === 200) widget.status = "active";
  });

const recrawl = (index: number) =>
  onWidget(index, "recrawl", async (widget, model, { api }) => {
    const { status } = await api.post(`${path(widget)}/recrawl`);
    expect(status).toBe(widget.status === "deleted" ? 404 : widget.crawl === "running" ? 409 : 202);
    if (status === 202) Object.assign(widget, { crawl: "running", endsAt: model.now + crawlMs });
  });

const update = (index: number, voice: string) =>
  onWidget(index, "update", async (widget, _, { api }) => {
    const { status, body } = await api.patch(path(widget), { voice });
    expect(status).toBe(widget.status === "deleted" ? 404 : 200);
    if (status === 200) {
      widget.voice = voice;
      expect(body.voice).toBe(voice);
    }
  });

const remove = (index: number) =>
  onWidget(index, "delete", async (widget, _, { api }) => {
    expect((await api.delete(path(widget))).status).toBe(widget.status === "deleted" ? 404 : 204);
    widget.status = "deleted";
  });

const readAll = (): Command => ({
  check: () => true,
  async run(model, { api }) {
    const { body } = await api.get(`${widgets}?limit=100`);
    const shown = live(model).reverse();
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(shown.map(({ id }) => id));
    for (const [index, { id, status, voice, name, crawl, createdAt }] of shown.entries()) {
      const expected = { id, status, voice, name, created_at: createdAt, last_crawl: { status: crawl } };
      expect(body.data[index]).toMatchObject(expected);
      expect((await api.get(`${widgets}/${id}`)).body).toEqual(body.data[index]);
    }
  },
  toString: () => "readAll()",
});

test("any operations in any order: the mock agrees with the rules", async () => {
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20260409);
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  const index = fc.nat({ max: 9 });
  const voice = fc.constantFrom("Charon", "Aoede", "Kore", "Ünïcødé ☃");
  const commands = fc.commands(
    [
      fc.tuple(fc.boolean(), voice).map(([fails, name]) => create(fails, name)),
      fc.integer({ min: 1, max: 2 * crawlMs }).map(wait),
      index.map(pause),
      index.map(resume),
      index.map(recrawl),
      fc.tuple(index, voice).map(([at, name]) => update(at, name)),
      index.map(remove),
      fc.constant(readAll()),
    ],
    { maxCommands: 60, size: "max" },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (calls) => {
      const mock = checkedMock({ crawl: `${crawlMs}ms` });
      await fc.asyncModelRun(
        () => ({ model: { now: 0, widgets: [] }, real: { mock, api: clientOf(mock) } }),
        [...calls, readAll()],
      );
    }),
    { seed, numRuns: 12 * Number(process.env["PROPERTY_SCALE"] ?? 1) },
  );
}, 60_000);
