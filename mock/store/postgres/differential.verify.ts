import { afterAll, beforeAll, test } from "vitest";
import { createMock } from "../../index.ts";
import { checkDifferences, differentialOptions, type MockUnderTest } from "../differential.test-helper.ts";
import { openMockWith, type StoredMock } from "../open-mock.ts";
import { type Cluster, createCluster, lacksPostgres } from "./cluster.test-helper.ts";
import { postgresStore } from "./postgres-store.ts";

let cluster: Cluster;
beforeAll(async () => {
  if (!lacksPostgres) cluster = await createCluster({ settings: ["fsync=off"] });
});
afterAll(() => cluster?.remove());

let databases = 0;

async function openReplicas(count: number): Promise<MockUnderTest> {
  const name = `differential_${databases++}`;
  const url = cluster.createDatabase(name);
  const open = () => openMockWith(postgresStore({ url }), differentialOptions);
  const mocks: StoredMock[] = [];
  for (let n = 0; n < count; n++) mocks.push(await open());
  return {
    processes: mocks.map(({ fetch }) => fetch),
    close: async () => {
      for (const mock of mocks) await mock.close();
    },
  };
}

async function openInMemory(): Promise<MockUnderTest> {
  const mock = createMock(differentialOptions);
  return { processes: [mock.fetch], close: async () => mock.close() };
}

test.skipIf(lacksPostgres)(
  "holds the same as a mock in memory after each of many random commands, on one replica and on two",
  async () => {
    const numRuns = 8 * Number(process.env["PROPERTY_SCALE"] ?? 1);
    await checkDifferences([openInMemory, () => openReplicas(1), () => openReplicas(2)], { numRuns });
  },
  600_000,
);
