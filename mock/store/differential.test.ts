import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { MockFetch } from "../http/fetch.ts";
import { createMock } from "../index.ts";
import { checkDifferences, differentialOptions, type MockUnderTest } from "./differential.test-helper.ts";
import { openFolder } from "./folder/folder-store.ts";
import { openMockWith, type StoredMock } from "./open-mock.ts";
import { type Cluster, createCluster, lacksPostgres } from "./postgres/cluster.test-helper.ts";
import { openReplicas } from "./postgres/replicas.test-helper.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

const scale = Number(process.env["PROPERTY_SCALE"] ?? 1);

async function openInMemory(): Promise<MockUnderTest> {
  const mock = createMock(differentialOptions);
  return { processes: [mock.fetch], close: async () => mock.close() };
}

async function openInFolder(): Promise<MockUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "widgets-mock-"));
  const open = () => openMockWith(openFolder(folder), differentialOptions);
  let mock: StoredMock = await open();
  const fetch: MockFetch = (...request) => mock.fetch(...request);
  return {
    processes: [fetch],
    async reopen() {
      await mock.close();
      mock = await open();
    },
    async close() {
      await mock.close();
      await rm(folder, { recursive: true });
    },
  };
}

let databases = 0;

async function openInDatabase(replicas: number): Promise<MockUnderTest> {
  const url = cluster.createDatabase(`differential_${databases++}`);
  const mocks = await openReplicas(url, replicas, differentialOptions);
  return {
    processes: mocks.map(({ fetch }) => fetch),
    async close() {
      for (const mock of mocks) await mock.close();
    },
  };
}

test(
  "after each of many random commands, a folder holds all that memory does, also when it was opened again",
  () => checkDifferences({ openers: [openInMemory, openInFolder], isExact: true, runs: 10 * scale }),
  600_000,
);

test.skipIf(lacksPostgres)(
  "so do a folder and a database, with one process and with two, but for what may be lost with a process",
  () => {
    const openers = [openInMemory, openInFolder, () => openInDatabase(1), () => openInDatabase(2)];
    return checkDifferences({ openers, isExact: false, runs: 4 * scale });
  },
  600_000,
);
