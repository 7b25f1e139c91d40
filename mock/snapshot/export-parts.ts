import { ownershipOf } from "../controls/ownership.ts";
import { type Scope, worldsIn } from "../controls/scope.ts";
import { defaultSecret } from "../world/webhooks/endpoint.ts";
import { clockTimeOf } from "./clock-time.ts";
import { partsOfFault, partsOfWorld } from "./export-world.ts";
import type { UnwrittenPart } from "./snapshot-part.ts";

/**
 * The parts of the state of a mock, or of one world. Each world is as it was at one instant; those of a mock follow each
 * other, so that no instant has to capture all of them.
 */
export function* exportParts(scope: Scope): Generator<UnwrittenPart> {
  const { worlds } = scope.engine;
  if (scope.organization !== undefined) {
    const owns = ownershipOf(scope);
    for (const world of worldsIn(scope)) {
      for (const part of partsOfWorld(world, worlds.state.epochs)) {
        yield part.part === "endpoint" && !owns(part) ? { ...part, secret: undefined } : part;
      }
    }
    return;
  }
  const organizations = worlds.list().map(({ organization }) => organization);
  yield* sharedParts(scope);
  for (const organization of organizations) {
    // It may have been reset, restored or forgotten meanwhile.
    const world = worlds.find(organization);
    if (world) yield* partsOfWorld(world, worlds.state.epochs);
  }
}

function* sharedParts({ engine }: Scope): Generator<UnwrittenPart> {
  const { state } = engine.worlds;
  const { unknownRequests, epochs } = state;
  const { seed, scenario, crawl, time, endpoints, endpointCount } = state.defaults;
  const faults = state.faults.capture();
  yield {
    ...{ part: "mock", epochs, unknownRequests, seed, scenario, endpointCount },
    crawl: crawl.text,
    time: clockTimeOf(time.save()),
    faults: state.faults.save(),
  };
  yield* engine.organizations.save();
  for (const { id, url, secret = defaultSecret, faults: ofDeliveries = {} } of endpoints) {
    yield { part: "endpoint", id, url, secret, enabled: true, faults: ofDeliveries };
  }
  for (const fault of faults) yield* partsOfFault(fault);
}
