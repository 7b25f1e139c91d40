import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clientOf, site, widgets } from "../../api-client.test-helper.ts";
import type { StoredMock } from "../open-mock.ts";
import { RowTable } from "./row-table.ts";
import { StateFiles } from "./state-files.ts";
import { copyOf, failWrites, lineOf, newFolder, openState, stateFilesIn } from "./state-folder.test-helper.ts";

const log = "log-1.jsonl";

/** The ids of an organization's widgets, newest first. */
function idsIn(mock: StoredMock, key = "sk_test_one"): string[] {
  const { widgets: list } = mock.world(key).widgets.list({ limit: 100 });
  return list.map(({ id }) => id);
}

/** What organizations are answered that list their widgets. */
async function listsOf(mock: StoredMock, keys: readonly string[]): Promise<unknown[]> {
  const answers = await Promise.all(keys.map((key) => clientOf(mock, key).get(widgets)));
  return answers.map(({ body }) => body);
}

const quiet = { onError: () => undefined };

/** Asks one of the controls that concern all organizations. */
async function control(mock: StoredMock, method: string, path: string, body?: object) {
  const answer = await mock.fetch(`http://mock.test/_mock/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

describe("after a crash", () => {
  test("everything that was acknowledged is there, as it was", async () => {
    const folder = newFolder();
    const client = clientOf(await openState(folder));
    const kept = await client.createActive();
    const changed = await client.createActive();
    await client.patch(`${widgets}/${changed}`, { name: "Changed" });
    await client.post(`${widgets}/${changed}/pause`);
    const gone = await client.create();
    await client.delete(`${widgets}/${gone}`);
    const before = (await client.get(widgets)).body;

    const again = clientOf(await openState(copyOf(folder)));
    expect((await again.get(widgets)).body).toEqual(before);
    expect((await again.get(`${widgets}/${kept}`)).body).toMatchObject({ status: "active" });
    expect((await again.get(`${widgets}/${changed}`)).body).toMatchObject({ status: "paused", name: "Changed" });
    expect((await again.get(`${widgets}/${gone}`)).status).toBe(404);
  });

  test("a log that is cut at any byte of its last commit has all commits before it, and says what was cut off", async () => {
    const folder = newFolder();
    const client = clientOf(await openState(folder));
    const first = await client.create();
    const before = statSync(join(folder, log)).size;
    const second = await client.create();
    const whole = readFileSync(join(folder, log));
    const [header = ""] = whole.toString().split("\n");
    const cut = newFolder();
    for (let length = before; length <= whole.length; length++) {
      writeFileSync(join(cut, log), whole.subarray(0, length));
      const isTorn = length > before && length < whole.length;
      const notes = isTorn ? [expect.stringContaining(`cut off an incomplete commit of ${length - before} bytes`)] : [];
      const ids = length === whole.length ? [first, second] : [first];
      const table = new RowTable();
      const read = await new StateFiles(cut, JSON.parse(header.slice(9))).read(table);
      const found = [...table.rows("sk_test_one")].filter(({ kind }) => kind === "widget").map(({ key }) => key);
      expect([length, found, read.notes]).toEqual([length, ids, notes]);
      // A whole mock writes to the disk, so that one at each byte would take a minute on a slow one.
      if (length % 50 !== 0) continue;
      const mock = await openState(cut);
      expect([length, idsIn(mock), mock.notes]).toEqual([length, ids.toReversed(), notes]);
      await mock.close();
    }
  });

  test("it goes on after what was cut off, and that is not there again later", async () => {
    const folder = newFolder();
    const mock = await openState(folder);
    const client = clientOf(mock);
    const ids = [await client.create()];
    const { length } = readFileSync(join(folder, log));
    await client.create({ name: "Cut off" });
    const copy = copyOf(folder);
    truncateSync(join(copy, log), length + 20);
    const again = await openState(copy);
    ids.unshift(await clientOf(again).create());
    await again.close();
    const last = await openState(copy);
    expect([idsIn(last), last.notes]).toEqual([ids, []]);
  });

  test("a commit of several lines is there whole or not at all", async () => {
    const folder = newFolder();
    const mock = await openState(folder);
    const id = await clientOf(mock).create();
    const { length } = readFileSync(join(folder, log));
    // Two organizations in one commit, with a line each.
    await Promise.all(["sk_test_one", "sk_test_two"].map((key) => clientOf(mock, key).create()));
    const whole = readFileSync(join(folder, log));
    const lineEnd = whole.indexOf("\n", length) + 1;
    expect(lineEnd).toBeLessThan(whole.length);
    const copy = newFolder();
    writeFileSync(join(copy, log), whole.subarray(0, lineEnd));
    const again = await openState(copy);
    expect([idsIn(again), idsIn(again, "sk_test_two")]).toEqual([[id], []]);
    expect(again.notes).toEqual([expect.stringContaining(`commit of ${lineEnd - length} bytes`)]);
  });

  test("a log whose process ended before its first line is as if it were not there", async () => {
    const folder = newFolder();
    const id = await clientOf(await openState(folder)).create();
    const copy = copyOf(folder);
    writeFileSync(join(copy, "log-2.jsonl"), "0000");
    const again = await openState(copy);
    expect(idsIn(again)).toEqual([id]);
    await again.close();
    expect(idsIn(await openState(copy))).toEqual([id]);
  });

  test("a log that is damaged before its end is refused, and left as it is", async () => {
    const folder = newFolder();
    const client = clientOf(await openState(folder));
    await client.create();
    const place = statSync(join(folder, log)).size - 10;
    await client.create();
    await client.create();
    const copy = copyOf(folder);
    const bytes = readFileSync(join(copy, log));
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(join(copy, log), bytes);
    const says = /log-1\.jsonl is damaged before its end; restore the folder from a backup, or choose another folder/;
    await expect(openState(copy)).rejects.toThrow(says);
    expect(readFileSync(join(copy, log))).toEqual(bytes);
  });
});

describe("what is not state", () => {
  test("recorded requests are written a while after they were answered", async () => {
    const folder = newFolder();
    const client = clientOf(await openState(folder, { pace: { lossyDelayMs: 1 } }));
    await client.create();
    const { size } = statSync(join(folder, log));
    await client.get(`${widgets}?limit=3`);
    expect(statSync(join(folder, log)).size).toBe(size);
    await expect.poll(() => statSync(join(folder, log)).size).toBeGreaterThan(size);
    const again = await openState(copyOf(folder));
    const { body } = await control(again, "GET", "requests");
    expect(body.requests.map(({ method }: { method: string }) => method)).toEqual(
      expect.arrayContaining(["POST", "GET"]),
    );
  });

  test("they are there when the mock is closed, whenever that is", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { pace: { lossyDelayMs: 3_600_000 } });
    await clientOf(mock).get(widgets);
    await mock.close();
    const { body } = await control(await openState(folder), "GET", "requests");
    expect(body.requests).toMatchObject([{ method: "GET" }]);
  });
});

describe("a snapshot", () => {
  /** Small enough that a snapshot is due after a few requests. */
  const pace = { minLogBytes: 20_000 };

  test("takes the place of logs that have grown while requests go on; whenever it crashes, everything is there", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { pace });
    const keys = ["sk_test_one", "sk_test_two", "sk_test_three"];
    const clients = keys.map((key) => clientOf(mock, key));
    for (let round = 0; !stateFilesIn(folder).includes("snapshot-3.jsonl"); round++) {
      await Promise.all(clients.map((client) => client.createActive({ name: `W${round}` })));
      if (round % 5 === 0) await clients[0]?.delete(`${widgets}/${idsIn(mock)[0]}`);
      const acknowledged = await listsOf(mock, keys);
      const crashed = await openState(copyOf(folder));
      expect(await listsOf(crashed, keys)).toEqual(acknowledged);
      expect(crashed.notes).toEqual([]);
      await crashed.close();
    }
    await expect.poll(() => stateFilesIn(folder)).toEqual(["log-3.jsonl", "snapshot-3.jsonl"]);
    const ids = idsIn(mock);
    await mock.close();
    expect(idsIn(await openState(folder))).toEqual(ids);
  });

  test("that is damaged is refused", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { pace });
    const client = clientOf(mock);
    while (!stateFilesIn(folder).includes("snapshot-2.jsonl")) await client.create();
    await mock.close();
    const snapshot = join(folder, "snapshot-2.jsonl");
    truncateSync(snapshot, statSync(snapshot).size - 1);
    await expect(openState(folder)).rejects.toThrow(/snapshot-2\.jsonl is damaged before its end/);
  });

  test("that finds no room leaves the logs, which go on", async () => {
    const folder = newFolder();
    const errors: unknown[] = [];
    const mock = await openState(folder, { pace, observer: { onError: (error) => errors.push(error) } });
    const client = clientOf(mock);
    // A folder in the place of its draft: it cannot be opened.
    mkdirSync(join(folder, "log-2.jsonl"));
    while (statSync(join(folder, log)).size < 2 * pace.minLogBytes) await client.create();
    expect(stateFilesIn(folder)).toEqual([log, "log-2.jsonl"]);
    rmdirSync(join(folder, "log-2.jsonl"));
    mkdirSync(join(folder, "snapshot-2.jsonl.tmp"));
    await client.create();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    const ids = idsIn(mock);
    rmdirSync(join(folder, "snapshot-2.jsonl.tmp"));
    expect(idsIn(await openState(copyOf(folder)))).toEqual(ids);
  });
});

describe("a full disk", () => {
  test("turns writes into 503 with the reason and leaves reads, until there is room", async () => {
    const folder = newFolder();
    const errors: unknown[] = [];
    const mock = await openState(folder, {
      pace: { retryMs: 3_600_000 },
      observer: { onError: (error) => errors.push(error) },
    });
    const client = clientOf(mock);
    const first = await client.create();
    const other = clientOf(mock, "sk_test_two");
    const ofOther = await other.create();
    // Part of what is written next is on the disk.
    const disk = await failWrites("ENOSPC", { roomBytes: 100 });
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await client.post(widgets, { name: "None", site_url: site });
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
      expect(refused.body).toMatchObject({
        code: "store_unavailable",
        detail: expect.stringContaining("the disk is full; reads go on. Nothing was changed"),
      });
      expect((await client.get(widgets)).body.data.map(({ id }: { id: string }) => id)).toEqual([first]);
      expect((await client.get(`${widgets}/${first}`)).status).toBe(200);
      expect((await other.get(`${widgets}/${ofOther}`)).status).toBe(200);
    }
    expect(await control(mock, "GET", "ready")).toMatchObject({ status: 503 });
    // It is said once, not with each request.
    expect(errors.map(String)).toEqual([expect.stringContaining("the state cannot be written: the disk is full")]);
    // Whoever opened the folder now would find what was acknowledged.
    expect(idsIn(await openState(copyOf(folder)))).toEqual([first]);
    disk.end();
    const next = await client.create();
    expect(idsIn(mock)).toEqual([next, first]);
    expect((await control(mock, "GET", "ready")).status).toBe(200);
    const crashed = await openState(copyOf(folder));
    expect([idsIn(crashed), idsIn(crashed, "sk_test_two")]).toEqual([[next, first], [ofOther]]);
    expect(crashed.notes).toEqual([]);
  });

  test("is noticed to be over without a request", async () => {
    const mock = await openState(newFolder(), { pace: { retryMs: 1 }, observer: quiet });
    const disk = await failWrites("ENOSPC");
    expect((await clientOf(mock).post(widgets, { name: "None", site_url: site })).status).toBe(503);
    disk.end();
    await expect.poll(async () => (await control(mock, "GET", "ready")).status).toBe(200);
  });

  test("takes back all that was under way together, and what the next commit had built on it", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { observer: quiet });
    const client = clientOf(mock);
    const id = await client.createActive();
    const disk = await failWrites("EDQUOT");
    const pausing = client.post(`${widgets}/${id}/pause`);
    const creating = client.post(widgets, { name: "None", site_url: site });
    // By then the first two are on their way to the disk.
    await new Promise(setImmediate);
    const resuming = client.post(`${widgets}/${id}/resume`);
    const reading = client.get(`${widgets}/${id}`);
    for (const refused of await Promise.all([pausing, creating, resuming])) {
      expect([refused.status, refused.body.detail]).toEqual([
        503,
        expect.stringContaining("the disk quota is reached"),
      ]);
    }
    // A read tells of nothing that was taken back.
    const { status, body } = await reading;
    expect([status, body.status]).toEqual(status === 200 ? [200, "active"] : [503, 503]);
    expect((await client.get(`${widgets}/${id}`)).body.status).toBe("active");
    disk.end();
    expect((await client.post(`${widgets}/${id}/pause`)).body.status).toBe("paused");
  });

  test("takes back organizations, keys and faults that concern all", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { openKeys: false, observer: quiet });
    const made = await control(mock, "POST", "organizations/kept/keys");
    const partner = clientOf(mock, made.body.key);
    expect((await partner.get(widgets)).status).toBe(200);
    await control(mock, "POST", "faults", { operation: "deleteWidget", status: 500 });
    const disk = await failWrites("EROFS");
    const refused = await control(mock, "POST", "organizations/lost/keys");
    expect([refused.status, refused.body.detail]).toEqual([503, expect.stringContaining("the disk is read-only")]);
    expect((await control(mock, "POST", "faults", { status: 500 })).status).toBe(503);
    expect((await partner.get(widgets)).status).toBe(200);
    const { organizations } = (await control(mock, "GET", "organizations")).body;
    expect(JSON.stringify(organizations)).not.toContain("lost");
    expect((await control(mock, "GET", "faults")).body.faults).toMatchObject([{ operation: "deleteWidget" }]);
    disk.end();
    expect((await control(mock, "POST", "organizations/lost/keys")).status).toBe(200);
    expect((await partner.get(widgets)).status).toBe(200);
  });

  test("that cannot be read either keeps its callers waiting, until it can, and does not end the mock", async () => {
    const folder = newFolder();
    const errors: string[] = [];
    const observer = { onError: (error: unknown) => errors.push(String(error)) };
    const mock = await openState(folder, { pace: { retryMs: 1 }, observer });
    const client = clientOf(mock);
    const id = await client.create();
    const disk = await failWrites("EIO");
    const elsewhere = `${folder}-elsewhere`;
    renameSync(folder, elsewhere);
    const refused = client.post(widgets, { name: "None", site_url: site });
    await expect.poll(() => errors).toEqual([expect.stringContaining("written"), expect.stringContaining("be read")]);
    renameSync(elsewhere, folder);
    expect((await refused).status).toBe(503);
    expect((await client.get(`${widgets}/${id}`)).status).toBe(200);
    disk.end();
    const next = await client.create();
    expect(idsIn(await openState(copyOf(folder)))).toEqual([next, id]);
  });

  test("stops the clocks, so that nothing happens that cannot be kept", async () => {
    const folder = newFolder();
    const mock = await openState(folder, { clock: "real", crawl: "1h", observer: quiet });
    const client = clientOf(mock);
    const id = await client.create();
    const disk = await failWrites("ENOSPC");
    expect((await client.post(widgets, { name: "None", site_url: site })).status).toBe(503);
    expect((await client.post("/_mock/clock/advance", { seconds: 7200 })).status).toBe(503);
    expect((await client.get(`${widgets}/${id}`)).body.status).not.toBe("active");
    disk.end();
    expect((await client.post("/_mock/clock/advance", { seconds: 7200 })).status).toBe(200);
    expect((await client.get(`${widgets}/${id}`)).body.status).toBe("active");
  });
});

test("a state tells that it was begun with other options, which apply after a reset", async () => {
  const folder = newFolder();
  await (await openState(folder)).close();
  const mock = await openState(folder, { crawl: "5s" });
  expect(mock.notes).toEqual([expect.stringMatching(/begun with other values of: crawl\..* reset/)]);
});

test("a file of another program is refused", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, log), lineOf('{"name":"theirs"}') + lineOf('{"name":"theirs"}'));
  await expect(openState(folder)).rejects.toThrow(/choose another folder/);
});
