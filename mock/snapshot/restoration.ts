import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { Validators } from "../../spec/validate.ts";
import { boundReached } from "../bounds.ts";
import { addedEndpoints } from "../controls/added-endpoints.ts";
import type { Scope } from "../controls/scope.ts";
import { MockState } from "../mock-state.ts";
import { OptionError } from "../option-error.ts";
import type { OrganizationRow } from "../organizations/organizations.ts";
import { Refusal } from "../refusal.ts";
import { rehearseScenario } from "../scenarios/play-scenario.ts";
import { Time } from "../world/time.ts";
import { configurationCheck } from "./check-configuration.ts";
import { checkPart } from "./check-part.ts";
import { Checksum } from "./checksum.ts";
import { crawlModeAt, timeAt } from "./clock-time.ts";
import { PartRestorer } from "./part-restorer.ts";
import type { Seal } from "./seal.ts";
import type { PartOf, SnapshotPart } from "./snapshot-part.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";
import { headerLine, snapshotFormat, snapshotHeader } from "./snapshot-text.ts";

/** A mock holds a little more than its bound at times, and what it exports then can be restored. */
const allowance = 1.1;

/**
 * The restore of a snapshot, part by part. It builds another state beside that of the mock, and puts it in its place at the
 * end, so that nothing has changed if anything is rejected.
 */
export class Restoration {
  readonly #scope: Scope;
  readonly #validators: Validators | undefined;
  readonly #seal: Seal | undefined;
  /** The state that is restored over. */
  readonly #before: MockState;
  readonly #checksum = new Checksum();
  #count = 0;
  #isWhole = false;
  /** The organizations that an admin has made, and their keys. */
  readonly #rows = new Map<string, OrganizationRow>();
  #next: MockState | undefined;
  #parts: PartRestorer | undefined;
  /** What the rest of the mock holds, if only one world is restored. */
  #bytesOfOthers = 0;

  /**
   * @param validators of the API in the dialect of the mock; undefined if they are not compiled yet
   * @param seal of the mock's control token, for what is sealed
   */
  constructor(scope: Scope, validators: Validators | undefined, seal?: Seal) {
    this.#scope = scope;
    this.#seal = seal;
    this.#validators = validators;
    this.#before = scope.engine.worlds.state;
    scope.engine.worlds.restorations.add(this);
  }

  /** Bytes that it holds beside the state of the mock. */
  get bytes(): number {
    return (this.#next?.stored.bytes ?? 0) - this.#bytesOfOthers;
  }

  /** Number of parts so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Checks as much of the header as is known: it may come behind the state as well.
   * @throws Refusal for a snapshot of another format, or of a mock with another document or dialect
   */
  checkHeader({ snapshot, document, version, dialect }: JsonObject): void {
    const own = snapshotHeader(this.#scope.engine);
    if (snapshot !== undefined && snapshot !== snapshotFormat) {
      throw rejected(
        `the snapshot has format ${JSON.stringify(snapshot)}, this version restores format ${snapshotFormat}`,
      );
    }
    if (document === undefined || document === own.document) return;
    throw rejected(
      `the snapshot was exported by version ${version} in the dialect ${dialect}, this mock is version ${own.version} ` +
        `in the dialect ${own.dialect}; start the mock with the same version and dialect`,
    );
  }

  /**
   * Adds the next part.
   * @throws Refusal for one that is invalid, or does not fit the others or the bounds
   */
  add(given: Json): void {
    const place = `#/state/${this.#count}`;
    this.#checksum.add(`${JSON.stringify(given)}\n`);
    const read = checkPart(given, place);
    const part = read.part === "sealed" ? checkPart(this.#unsealed(read.text), place) : read;
    if (part.part === "sealed") throw snapshotRejected(`${place}/part`, "must not be sealed twice");
    if (this.#count > 0 && part.part === "mock")
      throw snapshotRejected(`${place}/part`, "must be that of the first part only");
    if (part.part === "mock") this.#beginMock(part, place);
    else if (part.part === "organization" || part.part === "key") this.#addRow(part, place);
    else {
      if (this.#count === 0) this.#beginWorld(part, place);
      if (!this.#isWhole && this.#count > 0 && part.part === "world")
        throw rejected("the snapshot holds several worlds and no mock");
      this.#requireRoom();
      this.#parts?.restore(part, place);
    }
    this.#count++;
  }

  /**
   * Finishes what was built, in steps.
   * @throws Refusal for a snapshot that was changed or cut off
   */
  *finish(header: JsonObject): Generator<void, void> {
    this.checkHeader(header);
    this.#checksum.add(headerLine(header));
    if (this.#checksum.digest() !== header["checksum"])
      throw rejected("the snapshot was changed or cut off after the export");
    if (!this.#next) throw rejected("the snapshot holds no state");
    this.#parts?.endWorld();
    if (this.#scope.access === "organization") this.#requireQuotas(this.#next);
    yield* this.#next.journals.sort();
  }

  /**
   * Puts the restored state in its place.
   * @throws Refusal if that has been replaced meanwhile
   */
  commit(): void {
    const { worlds, organizations } = this.#scope.engine;
    if (!this.#next) return;
    if (worlds.state !== this.#before) throw rejected("the mock was reset or restored meanwhile");
    this.#next.stored.allowance = 1;
    // A snapshot of a mock in which none were made takes nobody's key away.
    if (this.#rows.size > 0) organizations.replaceAll(new Set(this.#rows.values()));
    if (this.#isWhole) worlds.replaceState(this.#next);
    else for (const world of this.#next.byOrganization.values()) worlds.replaceWorld(world, this.#next);
  }

  /** Must be called at the end, whether it was committed or not. */
  end(): void {
    this.#scope.engine.worlds.restorations.delete(this);
  }

  #beginMock({ seed, scenario, crawl, time, endpointCount, ...shared }: PartOf<"mock">, place: string): void {
    const { engine, organization } = this.#scope;
    if (organization !== undefined) {
      throw rejected("the snapshot holds every world; restore it for the whole mock, without a key");
    }
    this.#checkScenario(scenario, place);
    const next = new MockState(
      engine.bounds,
      {
        ...{ seed, scenario, endpoints: [], endpointCount },
        crawl: crawlModeAt(`${place}/crawl`, crawl),
        time: new Time(timeAt(`${place}/time`, time), engine.persistence?.wall),
      },
      {
        epochs: engine.worlds.epochs.reserve(engine.worlds.state, shared.epochs),
        changes: engine.persistence?.newChanges(),
      },
    );
    next.faults.load(shared.faults);
    next.unknownRequests = shared.unknownRequests;
    this.#isWhole = true;
    this.#begin(next);
  }

  /** @throws Refusal if a partner restores more than the organization may have */
  #requireQuotas({ byOrganization }: MockState): void {
    const { quotas, worlds } = this.#scope.engine;
    for (const { organization, widgets, conversations, webhooks } of byOrganization.values()) {
      const counts = {
        widgets: widgets.size,
        conversations: conversations.size,
        endpoints: addedEndpoints(worlds.defaults.endpoints, webhooks.endpoints.ids()),
      };
      for (const [quota, count] of Object.entries(counts)) {
        quotas.requireRoom(organization, quota as keyof typeof counts, count - 1);
      }
    }
  }

  /** Only for a snapshot of the whole mock: nobody else may learn what another's part says. */
  #unsealed(text: string): Json {
    if (this.#isWhole && this.#seal) return JSON.parse(this.#seal.unseal(text));
    throw rejected("the snapshot is sealed; restore it with the control token, in a mock that has the same one");
  }

  #addRow(row: OrganizationRow, place: string): void {
    if (!this.#isWhole) throw snapshotRejected(`${place}/part`, "must follow the part mock");
    const names = row.part === "key" ? [`key ${row.id}`, `hash ${row.hash}`] : [`organization ${row.organization}`];
    if (names.some((name) => this.#rows.has(name))) throw snapshotRejected(place, "must be there once only");
    if (row.part === "key" && !this.#rows.has(`organization ${row.organization}`))
      throw snapshotRejected(`${place}/organization`, "must be that of an organization before it");
    for (const name of names) this.#rows.set(name, row);
  }

  #beginWorld(part: SnapshotPart, place: string): void {
    const { engine, organization } = this.#scope;
    if (part.part !== "world") throw snapshotRejected(`${place}/part`, "of the first part must be mock or world");
    if (organization !== undefined && part.organization !== organization) {
      throw rejected("the snapshot holds the world of another organization; restore it with that organization's key");
    }
    const { worlds } = engine;
    // Created if there is none, so that it can be refused before anything is restored.
    const { storedBytes } = worlds.worldOf(part.organization);
    const epochs = worlds.epochs.reserve(worlds.state, part.epochs);
    const next = new MockState(engine.bounds, worlds.defaults, { epochs, changes: undefined });
    this.#bytesOfOthers = worlds.state.stored.bytes - storedBytes;
    next.stored.add(this.#bytesOfOthers);
    this.#begin(next);
  }

  #begin(next: MockState): void {
    const { engine } = this.#scope;
    next.stored.allowance = allowance;
    this.#next = next;
    this.#parts = new PartRestorer(engine, {
      state: next,
      checkConfiguration: configurationCheck(engine, this.#validators),
      owners: this.#isWhole ? [next.owners] : [next.owners, this.#before.owners],
    });
  }

  #checkScenario(scenario: string, place: string): void {
    try {
      rehearseScenario(this.#scope.engine, scenario);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      throw snapshotRejected(`${place}/scenario`, `cannot be played here: ${error.message}`);
    }
  }

  /** All restores at a time hold no more than a mock does. */
  #requireRoom(): void {
    const { bounds, worlds } = this.#scope.engine;
    const most = bounds.maxStoredMegabytes * 1_000_000 * allowance;
    let all = 0;
    for (const { bytes } of worlds.restorations) all += bytes;
    if (all > most || this.#next?.stored.isFull) throw boundReached("maxStoredMegabytes", bounds);
  }
}

function rejected(reason: string): Refusal {
  return new Refusal("snapshot_rejected", { values: { reason } });
}
