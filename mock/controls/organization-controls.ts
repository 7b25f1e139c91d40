import { schemaNamed } from "../../spec/schema.ts";
import { document } from "../control-plane/document.ts";
import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import type { StoredKey } from "../organizations/organizations.ts";
import type { Controls } from "./control-types.ts";
import { findWorlds, whenFound, worldOutput } from "./find-worlds.ts";
import { invalidInput } from "./invalid-input.ts";
import { quotaUseOf } from "./quota-use.ts";

type OrganizationOperation =
  | "listOrganizations"
  | "createOrganization"
  | "getOrganization"
  | "removeOrganization"
  | "setQuotas"
  | "createKey"
  | "revokeKey";

type Organization = components["schemas"]["Organization"];
type Awaitable<Value> = Value | Promise<Value>;

const defaultLimit = 100;

const nameExpected = "letters, digits, dots, hyphens and underscores, at most 64, not beginning with sk_";

/** @throws Refusal for a name that no organization can have: one in a path is checked by no schema */
function checkOrganizationName(name: string): void {
  const { pattern = "" } = schemaNamed(document, "OrganizationName");
  if (new RegExp(pattern, "u").test(name)) return;
  throw invalidInput("organization", `organization must be ${nameExpected}, got ${JSON.stringify(name)}`);
}

/** Controls of organizations, their API keys and their quotas. */
export const organizationControls: Controls<OrganizationOperation> = {
  listOrganizations({ scope, input: { text = "", offset = 0, limit = defaultLimit } }) {
    const { organizations } = scope.engine;
    const found = organizations.list().filter(({ organization }) => organization.includes(text));
    const page = found.slice(offset, offset + limit).map(({ organization }) => organization);
    return whenFound(withWorlds(scope.engine, page), (outputs) => ({ total: found.length, organizations: outputs }));
  },

  createOrganization({ scope, input: { organization, quotas } }) {
    const { organizations } = scope.engine;
    organizations.create(organization, quotas);
    return organizationOutput(scope.engine, organization);
  },

  getOrganization({ scope, input: { organization } }) {
    const output = organizationOutput(scope.engine, organization);
    return whenFound(withWorlds(scope.engine, [organization]), ([one = output]) => one);
  },

  removeOrganization({ scope, input: { organization } }) {
    const { organizations, worlds } = scope.engine;
    const removed = organizationOutput(scope.engine, organization);
    organizations.remove(organization);
    worlds.forget(organization);
    return removed;
  },

  setQuotas({ scope, input: { organization, ...quotas } }) {
    const { organizations } = scope.engine;
    organizations.setQuotas(organization, quotas);
    return organizationOutput(scope.engine, organization);
  },

  createKey({ scope, input: { organization, name } }) {
    checkOrganizationName(organization);
    const { key, row } = scope.engine.organizations.createKey(organization, name);
    return { ...keyOutput(row), organization, key };
  },

  revokeKey: ({ scope, input: { key_id: id } }) => keyOutput(scope.engine.organizations.revokeKey(id)),
};

/** Organizations, each with its world if there is one. */
function withWorlds(engine: Engine, names: readonly string[]): Awaitable<Organization[]> {
  const outputs = names.map((name) => organizationOutput(engine, name));
  return whenFound(findWorlds(engine, { organizations: names }), ({ worlds }) => {
    const byName = new Map(worlds.map((world) => [world.organization, worldOutput(engine, world)]));
    return outputs.map((output) => {
      const world = byName.get(output.organization);
      return world ? { ...output, world } : output;
    });
  });
}

function organizationOutput(engine: Engine, name: string): Organization {
  const { organization, createdAt, quotas } = engine.organizations.get(name);
  const keys = engine.organizations.keysOf(name).map(keyOutput);
  return { organization, created_at: timeOf(createdAt), keys, quotas, usage: quotaUseOf(engine, organization) };
}

function keyOutput({ id, name, createdAt, revokedAt }: StoredKey): components["schemas"]["Key"] {
  return {
    id,
    ...(name !== undefined && { name }),
    created_at: timeOf(createdAt),
    ...(revokedAt !== undefined && { revoked_at: timeOf(revokedAt) }),
  };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
