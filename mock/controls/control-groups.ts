import type { ControlInput, ControlOperation, ControlOutput } from "./control-types.ts";

/** The names by which programs and `ctl` reach the controls: `clock.advance` is the operation `advanceClock`. */
export const controlGroups = {
  clock: {
    get: "getClock",
    agenda: "listAgenda",
    advance: "advanceClock",
    freeze: "freezeClock",
    resume: "resumeClock",
  },
  crawls: { get: "getCrawlMode", set: "setCrawlMode", end: "endCrawls" },
  widgets: { list: "listWidgetStates", inspect: "inspectWidget", endCrawl: "endCrawl", trigger: "triggerEvent" },
  webhooks: { list: "listEndpoints", add: "addEndpoint", remove: "removeEndpoint", setFaults: "setDeliveryFaults" },
  deliveries: { list: "listDeliveries", resend: "resendDelivery", settle: "settleDeliveries" },
  journal: {
    list: "listRequests",
    happenings: "listHappenings",
    trace: "traceRequest",
    verify: "verifyRequests",
    har: "exportHar",
  },
  faults: { list: "listFaults", add: "addFault", remove: "removeFault", clear: "clearFaults" },
  snapshot: { export: "exportSnapshot", restore: "restoreSnapshot" },
  worlds: { list: "listWorlds" },
  organizations: {
    list: "listOrganizations",
    get: "getOrganization",
    create: "createOrganization",
    remove: "removeOrganization",
    setQuotas: "setQuotas",
  },
  keys: { create: "createKey", revoke: "revokeKey" },
  assumptions: { list: "listAssumptions" },
  coverage: { get: "getCoverage", reset: "resetCoverage" },
  scenarios: { list: "listScenarios" },
  usage: { list: "listUsage" },
  sites: { change: "changeSite" },
} as const satisfies { readonly [group: string]: { readonly [method: string]: ControlOperation } };

/** The controls that belong to no group. */
export const ungroupedControls = { health: "getHealth", ready: "getReadiness", reset: "reset" } as const satisfies {
  readonly [method: string]: ControlOperation;
};

type Groups = typeof controlGroups;
type Ungrouped = typeof ungroupedControls;
type InGroups =
  | { [group in keyof Groups]: Groups[group][keyof Groups[group]] }[keyof Groups]
  | Ungrouped[keyof Ungrouped];
/** Every operation has a name here, but for the document itself; does not compile otherwise. */
type Unnamed = Exclude<ControlOperation, InGroups | "getControlDocument">;
const allAreNamed: [Unnamed] extends [never] ? true : Unnamed = true;
void allAreNamed;

/** A control of this process. It returns at once, unless there is something to wait for. */
export type LocalControl<Operation extends ControlOperation> = Operation extends
  | "getReadiness"
  | "resendDelivery"
  | "settleDeliveries"
  ? RemoteControl<Operation>
  : Operation extends "listRequests"
    ? {
        (input: ControlInput<Operation> & { wait_for: number }): Promise<ControlOutput<Operation>>;
        (input?: Omit<ControlInput<Operation>, "wait_for" | "timeout_seconds">): ControlOutput<Operation>;
      }
    : (...input: InputArguments<Operation>) => ControlOutput<Operation>;

/** A control of another process. */
export type RemoteControl<Operation extends ControlOperation> = (
  ...input: InputArguments<Operation>
) => Promise<ControlOutput<Operation>>;

/** The input can be left out if no member is required. */
type InputArguments<Operation extends ControlOperation> =
  unknown extends ControlInput<Operation>
    ? []
    : object extends ControlInput<Operation>
      ? [input?: ControlInput<Operation>]
      : [input: ControlInput<Operation>];

/** The controls of one organization's world, or of every world, in this process. */
export type MockControls = {
  readonly [group in keyof Groups]: {
    readonly [method in keyof Groups[group]]: LocalControl<Groups[group][method] & ControlOperation>;
  };
} & { readonly [method in keyof Ungrouped]: LocalControl<Ungrouped[method]> };

/** The same controls from another process: each returns a promise. */
export type RemoteControls = {
  readonly [group in keyof Groups]: {
    readonly [method in keyof Groups[group]]: RemoteControl<Groups[group][method] & ControlOperation>;
  };
} & { readonly [method in keyof Ungrouped]: RemoteControl<Ungrouped[method]> };

/** Arranges the controls in their groups. */
export function groupControls(control: (operation: ControlOperation) => unknown): object {
  const methods = (names: { readonly [method: string]: ControlOperation }) =>
    Object.fromEntries(Object.entries(names).map(([method, operation]) => [method, control(operation)]));
  const groups = Object.entries(controlGroups).map(([group, names]) => [group, methods(names)]);
  return { ...Object.fromEntries(groups), ...methods(ungroupedControls) };
}
