import { expect, test } from "vitest";
import { clientOf, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";

test("an update changes what is sent and leaves the rest", async () => {
  const api = clientOf(checkedMock());
  const id = await api.createActive();
  const before = (await api.get(`${widgets}/${id}`)).body;
  const sent = { persona: "New system prompt…\n\t ☃ ", voice: "Aoede", theme: { primary: "#ff6600" } };
  const { status, body } = await api.patch(`${widgets}/${id}`, sent);
  expect(status).toBe(200);
  expect(body).toEqual({ ...before, ...sent, theme: { ...before.theme, primary: "#ff6600" } });
  expect((await api.get(`${widgets}/${id}`)).body).toEqual(body);
});

test("falsy values are values", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  const sent = {
    persona: "",
    button_label: "",
    show_label: false,
    suggested_prompts: [],
    domains: [],
    theme: { radius: 0 },
  };
  expect((await api.patch(`${widgets}/${id}`, sent)).body).toMatchObject(sent);
});

test("arrays are replaced as a whole, in their order, with duplicates", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  const prompts = ["b", "a", "b"];
  const { body } = await api.patch(`${widgets}/${id}`, { suggested_prompts: prompts });
  expect(body.suggested_prompts).toEqual(prompts);
});

test("null resets an optional member to its default, and is rejected for the name", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create({ voice: "Kore", intro_title: "Ahoy", theme: { mode: "light", radius: 3 } });
  const cleared = await api.patch(`${widgets}/${id}`, { voice: null, intro_title: null, theme: { radius: null } });
  expect(cleared.body).toMatchObject({
    voice: "Charon",
    intro_title: "Hi, this is Northwind Catering",
    theme: { mode: "light", radius: 16 },
  });
  expect((await api.patch(`${widgets}/${id}`, { theme: null })).body.theme).toEqual({
    mode: "dark",
    primary: "#4f46e5",
    radius: 16,
  });
  const refused = await api.patch(`${widgets}/${id}`, { name: null });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: "#/name" }] } });
});

test("an issue inside a theme or a list is reported there, and not again above", async () => {
  const api = clientOf(checkedMock());
  const { body } = await api.patch(`${widgets}/${await api.create()}`, {
    theme: { radius: "5" },
    suggested_prompts: [null],
  });
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers.sort()).toEqual(["#/suggested_prompts/0", "#/theme/radius"]);
});

test("renaming a widget leaves the texts that were made from its old name", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  const { body } = await api.patch(`${widgets}/${id}`, { name: "Southwind" });
  expect(body).toMatchObject({ name: "Southwind", intro_title: "Hi, this is Northwind Catering" });
});

test("a widget can be sent back as it was read", async () => {
  const api = clientOf(checkedMock());
  const id = await api.createActive();
  const { body } = await api.get(`${widgets}/${id}`);
  expect(await api.patch(`${widgets}/${id}`, { ...body, status: "paused", id: 5 })).toMatchObject({
    status: 200,
    body,
  });
});

test("an update changes neither the status nor a running crawl", async () => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const id = await api.create();
  mock.clock.advance({ seconds: 1.5 });
  expect((await api.patch(`${widgets}/${id}`, { voice: "Puck" })).body.status).toBe("draft");
  mock.clock.advance({ seconds: 0.5 });
  expect((await api.get(`${widgets}/${id}`)).body).toMatchObject({ status: "active", voice: "Puck" });
});

test("an empty update changes nothing, and a merge patch may say that it is one", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  const before = (await api.get(`${widgets}/${id}`)).body;
  expect(await api.patch(`${widgets}/${id}`, {})).toMatchObject({ status: 200, body: before });
  const typed = await api.patch(
    `${widgets}/${id}`,
    { voice: "Leda" },
    { "content-type": "application/merge-patch+json" },
  );
  expect(typed.body.voice).toBe("Leda");
});

test("in a dialect that resets, the members of a theme that are not sent get their defaults", async () => {
  const api = clientOf(checkedMock({ dialect: { "A-PATCH-1": "reset" } }));
  const id = await api.create({ theme: { mode: "light", radius: 3 } });
  expect((await api.patch(`${widgets}/${id}`, { theme: { radius: 4 } })).body.theme).toEqual({
    mode: "dark",
    primary: "#4f46e5",
    radius: 4,
  });
  expect((await api.patch(`${widgets}/${id}`, { voice: "Leda" })).body.theme.radius).toBe(4);
});
