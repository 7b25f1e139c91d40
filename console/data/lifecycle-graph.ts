import type { Lifecycle } from "../../spec/generated/document-types.ts";

/** A state of a widget, and its place in the diagram, in pixels. */
export interface GraphNode {
  readonly state: string;
  /** The status that a read shows; undefined for a widget that is gone. */
  readonly shows: string | undefined;
  readonly x: number;
  readonly y: number;
}

/** The ways from one state to another, by what causes them. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly causes: readonly string[];
  /** True if there is a way back too, so that both are drawn apart. */
  readonly hasReverse: boolean;
}

/** The life cycle as a diagram. */
export interface LifecycleGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

/** Size of a state, and the space between states, in pixels. */
export const nodeSize = { width: 132, height: 38 } as const;
const gap = { x: 96, y: 70 };
const margin = 12;

/** Reads and conversations lead nowhere; every state can be deleted, which would cross the whole diagram. */
const leftOut = new Set(["deleteWidget"]);

/**
 * Lays out the states that a new widget can reach: a column for each status, in the order of the table of states.
 * @param current a state that is shown in any case, such as that of a deleted widget
 */
export function lifecycleGraph(lifecycle: Lifecycle, current: string): LifecycleGraph {
  const moves = movesOf(lifecycle).filter(({ cause }) => !leftOut.has(cause));
  const reachable = statesReachableFrom("new", moves).add(current);
  const states = Object.entries(lifecycle.states).filter(([state]) => reachable.has(state));
  const columns = [...new Set(states.map(([, { shows }]) => shows))];
  const rows = new Map<string | null, number>();
  const nodes = states.map(([state, { shows }]): GraphNode => {
    const row = rows.get(shows) ?? 0;
    rows.set(shows, row + 1);
    const x = margin + columns.indexOf(shows) * (nodeSize.width + gap.x);
    return { state, shows: shows ?? undefined, x, y: margin + row * (nodeSize.height + gap.y) };
  });
  const lastRow = Math.max(...rows.values());
  return {
    nodes,
    edges: edgesOf(moves, nodes),
    width: 2 * margin + columns.length * nodeSize.width + (columns.length - 1) * gap.x,
    height: 2 * margin + lastRow * nodeSize.height + (lastRow - 1) * gap.y,
  };
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

function movesOf({ operations, crawl }: Lifecycle): Move[] {
  const move = (cause: string) => (entry: readonly [string, { readonly to?: string }]) => {
    const [from, { to }] = entry;
    return to === undefined || to === from ? [] : [{ from, to, cause }];
  };
  return [
    ...Object.entries(operations).flatMap(([operation, cells]) => Object.entries(cells).flatMap(move(operation))),
    ...Object.entries(crawl).flatMap(([outcome, cells]) => Object.entries(cells).flatMap(move(`crawl ${outcome}`))),
  ];
}

function statesReachableFrom(start: string, moves: readonly Move[]): Set<string> {
  const reached = new Set([start]);
  for (const state of reached) for (const { from, to } of moves) if (from === state) reached.add(to);
  return reached;
}

function edgesOf(moves: readonly Move[], nodes: readonly GraphNode[]): GraphEdge[] {
  const nodeOf = (state: string) => nodes.find((node) => node.state === state);
  const grouped = new Map<string, { from: GraphNode; to: GraphNode; causes: string[] }>();
  for (const { from, to, cause } of moves) {
    const [start, end] = [nodeOf(from), nodeOf(to)];
    if (!start || !end) continue;
    const key = `${from} ${to}`;
    const edge = grouped.get(key) ?? { from: start, to: end, causes: [] };
    edge.causes.push(labelOf(cause));
    grouped.set(key, edge);
  }
  return [...grouped.values()].map((edge) => ({
    ...edge,
    hasReverse: grouped.has(`${edge.to.state} ${edge.from.state}`),
  }));
}

/** `pause` of `pauseWidget`. */
function labelOf(cause: string): string {
  return cause.replace(/Widget$/, "");
}
