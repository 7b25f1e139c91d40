import type { Lifecycle, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";

/** Where a widget is in its life: the status that the document has for it, or `gone`. */
export type Phase = string;

/** The phase of a widget that was deleted. */
export const gone: Phase = "gone";

/** Where a widget is, as far as the table of the document goes. */
interface Place {
  readonly phase: Phase;
  /** Whether a crawl may be running, or may have ended unseen. */
  readonly mayChange: boolean;
}

type Cell = Lifecycle["operations"][string][string];

/**
 * The life cycle of the document, as far as a client can rely on it. A cell whose rule is documented binds; one whose rule
 * is assumed allows what it says, a refusal, and what the operation does where it is documented.
 */
export class LifeCycle {
  /** The phase of a new widget. */
  readonly initial: Phase;
  /** The phase that the success of the first crawl leads to. */
  readonly active: Phase;
  /** The phase that a pause leads to. */
  readonly paused: Phase | undefined;
  /** The phases in which a widget is there. */
  readonly phases: readonly Phase[];
  readonly #table: Lifecycle;
  readonly #rules: WidgetsDocument["x-rules"];
  readonly #words: ReadonlySet<string>;
  readonly #accepted = new Map<string, readonly Phase[]>();
  readonly #required = new Map<string, boolean>();

  constructor(document: WidgetsDocument) {
    this.#table = document["x-lifecycle"];
    this.#rules = document["x-rules"];
    this.initial = this.#phaseOf(this.#table.operations["createWidget"]?.["new"]?.to ?? "");
    this.phases = [...new Set(Object.keys(this.#table.states).map((state) => this.#phaseOf(state)))].filter(
      (phase) => phase !== gone,
    );
    this.paused = this.targetOf("pauseWidget");
    this.active = this.afterCrawl({ phase: this.initial, mayChange: true })[0] ?? this.initial;
    const documented = Object.values(this.#rules).flatMap(({ documentedValues }) => documentedValues?.["status"] ?? []);
    this.#words = new Set(documented.map(String));
  }

  /** Whether a word is one that the documentation has for a status. */
  isDocumented(status: unknown): boolean {
    return typeof status === "string" && this.#words.has(status);
  }

  /** The phase of a widget that shows a status; undefined without one. A word that the document does not have is that of a pause. */
  phaseShownAs(status: unknown): Phase | undefined {
    if (typeof status !== "string") return undefined;
    return this.phases.includes(status) ? status : this.paused;
  }

  /** The phase that an operation leads to where that is documented; undefined where it leads nowhere else. */
  targetOf(operation: string): Phase | undefined {
    return this.#movesOf(operation).find((phase) => phase !== gone);
  }

  /** Whether an operation is one that removes a widget. */
  removes(operation: string): boolean {
    return Object.values(this.#row(operation)).some(({ to }) => to !== undefined && this.#phaseOf(to) === gone);
  }

  /** Whether an operation starts a crawl of a widget that is there. */
  startsCrawl(operation: string): boolean {
    const { states } = this.#table;
    return Object.entries(this.#row(operation)).some(
      ([from, { to }]) => to !== undefined && states[from]?.crawling === false && states[to]?.crawling === true,
    );
  }

  /** The phases that a widget may be in after an operation on it was accepted; none where it may not be. */
  afterAccepted(operation: string, place: Place): readonly Phase[] {
    const key = `${operation} ${place.phase} ${place.mayChange}`;
    const known = this.#accepted.get(key) ?? [...new Set(this.#findAccepted(operation, place))];
    this.#accepted.set(key, known);
    return known;
  }

  /** Whether an operation has to be accepted: wherever the widget can be, a documented rule says so. */
  mustAccept(operation: string, place: Place): boolean {
    const key = `${operation} ${place.phase} ${place.mayChange}`;
    const cells = this.#cells(operation, place);
    const known =
      this.#required.get(key) ?? (cells.length > 0 && cells.every(({ cell }) => this.#binds(cell) && !cell.code));
    this.#required.set(key, known);
    return known;
  }

  /** The documented rule by which an operation works in a phase. */
  ruleThatWorks(operation: string, phase: Phase): RuleId | undefined {
    const cells = this.#cells(operation, { phase, mayChange: true });
    return cells.find(({ cell }) => this.#binds(cell) && cell.code === undefined)?.cell.rule;
  }

  /** The phases that the end of a crawl may lead to, but the one that the widget is in. */
  afterCrawl(place: Place): readonly Phase[] {
    const ends = Object.values(this.#table.crawl).flatMap((end) =>
      this.#statesOf(place).map((state) => end[state]?.to),
    );
    const phases = ends.filter((to) => to !== undefined).map((to) => this.#phaseOf(to));
    return [...new Set(phases)].filter((phase) => phase !== place.phase);
  }

  #findAccepted(operation: string, place: Place): Phase[] {
    if (place.phase === gone) return this.removes(operation) ? [gone] : [];
    const moves = this.#movesOf(operation).filter((phase) => !this.afterCrawl(place).includes(phase));
    // What else than a resume does to a paused widget is assumed (A-PATCH-6, A-RECRAWL-3): it may be active again.
    const usual = moves.length > 0 || place.phase === this.initial ? moves : [this.active];
    return this.#cells(operation, place).flatMap(({ state, cell }) => {
      const said = cell.code === undefined ? [this.#phaseOf(cell.to ?? state)] : [];
      if (this.#binds(cell)) return said;
      return [...(cell.code === undefined ? said : [place.phase]), ...usual];
    });
  }

  /** The phases that an operation takes a widget to where that is documented. */
  #movesOf(operation: string): Phase[] {
    return Object.entries(this.#row(operation))
      .filter(([state, cell]) => this.#binds(cell) && cell.to && this.#phaseOf(cell.to) !== this.#phaseOf(state))
      .map(([, { to = "" }]) => this.#phaseOf(to));
  }

  #cells(operation: string, place: Place): { readonly state: string; readonly cell: Cell }[] {
    return this.#statesOf(place).flatMap((state) => {
      const cell = this.#row(operation)[state];
      return cell ? [{ state, cell }] : [];
    });
  }

  /** The states of the table that a widget may be in. Those that only some dialects have are reached by what may still change. */
  #statesOf({ phase, mayChange }: Place): string[] {
    const states = Object.keys(this.#table.states).filter((state) => this.#phaseOf(state) === phase);
    if (mayChange || phase === this.initial) return states;
    return states.filter((state) => this.#table.states[state]?.crawling === false).slice(0, 1);
  }

  #row(operation: string): { readonly [state: string]: Cell } {
    return this.#table.operations[operation] ?? {};
  }

  #binds({ rule }: Cell): boolean {
    return this.#rules[rule].basis !== "assumed";
  }

  #phaseOf(state: string): Phase {
    return this.#table.states[state]?.shows ?? gone;
  }
}
