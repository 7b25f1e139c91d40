import type { Command } from "../command-line/command.ts";
import type { VerbName } from "./ctl-commands.ts";
import { ctlCommand, ctlFlags } from "./ctl-flags.ts";
import type { Verb } from "./verb.ts";
import { clockVerbs } from "./verbs/clock-verbs.ts";
import { faultVerbs } from "./verbs/fault-verbs.ts";
import { mockVerbs } from "./verbs/mock-verbs.ts";
import { organizationVerbs } from "./verbs/organization-verbs.ts";
import { requestVerbs } from "./verbs/request-verbs.ts";
import { webhookVerbs } from "./verbs/webhook-verbs.ts";
import { widgetVerbs } from "./verbs/widget-verbs.ts";

/** The verbs of `ctl`; one without code does not compile. */
export const verbs: { readonly [verb in VerbName]: Verb } = {
  ...clockVerbs,
  ...widgetVerbs,
  ...webhookVerbs,
  ...organizationVerbs,
  ...faultVerbs,
  ...requestVerbs,
  ...mockVerbs,
};

/** A verb as a command, for its help and for reading its flags. */
export function describeVerb(name: VerbName, summary: string): Command {
  const { flags, description } = verbs[name];
  return {
    name: `ctl ${name}`,
    summary,
    ...(description ? { description } : {}),
    flags: { ...flags, ...ctlFlags },
    config: ctlCommand.config,
  };
}
