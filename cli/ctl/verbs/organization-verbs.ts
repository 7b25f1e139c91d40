import type { RemoteControls } from "../../../mock/controls/control-groups.ts";
import { readQuotas } from "../../read-quotas.ts";
import * as text from "../ctl-text.ts";
import { allPages, argument, givenOf, optionalArgument, verb } from "../verb.ts";

const organization = argument("organization", "Name of the organization");

/** Organizations and their keys. */
export const organizationVerbs = {
  "keys create": verb({
    flags: {
      organization: argument("organization", "Whose key it is; it is created if there is none of this name"),
      name: { kind: "text", inConfig: false, description: "What the key is for, such as staging" },
    },
    description: ["Prints the key. It is shown only now: the mock keeps a hash of it."],
    run: ({ keys }, flags) => keys.create({ organization: flags.organization, ...givenOf({ name: flags.name }) }),
    text: ({ key }) => key,
  }),
  "keys list": verb({
    flags: { organization: optionalArgument("organization", "Only the keys of this organization") },
    run: async ({ organizations }, { organization: only }) =>
      only === undefined
        ? { organizations: await allOrganizations(organizations) }
        : { organizations: [await organizations.get({ organization: only })] },
    text: text.keys,
  }),
  "keys revoke": verb({
    flags: { id: argument("id", 'Id of the key, from "ctl keys list"') },
    run: ({ keys }, { id }) => keys.revoke({ key_id: id }),
    text: ({ id, revoked_at }) => `revoked ${id} at ${revoked_at}`,
  }),
  "organizations list": verb({
    flags: {},
    run: async ({ organizations }) => ({ organizations: await allOrganizations(organizations) }),
    text: text.organizations,
  }),
  "organizations quotas": verb({
    flags: {
      organization,
      quota: {
        kind: "text",
        repeatable: true,
        placeholder: "name=n",
        inConfig: false,
        description: "Such as widgets=50",
      },
    },
    description: [
      "Replaces the quotas of its own. One that is left out is as the mock was started with, or unlimited.",
    ],
    run: ({ organizations }, { organization: name, quota = [] }) =>
      organizations.setQuotas({ organization: name, ...readQuotas(quota) }),
    text: (one) => text.organizations({ organizations: [one] }),
  }),
  "organizations remove": verb({
    flags: { organization },
    description: ["Removes its keys and everything in its world."],
    run: ({ organizations }, flags) => organizations.remove({ organization: flags.organization }),
    text: ({ organization: name }) => `removed ${name}`,
  }),
};

function allOrganizations({ list }: RemoteControls["organizations"]) {
  return allPages(async (page) => {
    const { total, organizations: items } = await list(page);
    return { total, items };
  });
}
