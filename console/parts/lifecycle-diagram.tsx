import type { Lifecycle } from "../../spec/generated/document-types.ts";
import { type GraphEdge, type GraphNode, lifecycleGraph, nodeSize } from "../data/lifecycle-graph.ts";

/** Half the distance of two arrows between the same states, and how far an arrow's label is from it. */
const apart = 9;
const labelGap = 6;

/** The life cycle as a diagram, with the state that a widget is in. */
export function LifecycleDiagram({ lifecycle, current }: { readonly lifecycle: Lifecycle; readonly current: string }) {
  const { nodes, edges, width, height } = lifecycleGraph(lifecycle, current);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <div class="diagram" tabIndex={0} role="region" aria-label="Life cycle">
      <svg width={width} height={height} role="img" aria-label={`Life cycle; the widget is in the state ${current}`}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L8 4L0 8z" class="arrow-head" />
          </marker>
        </defs>
        {edges.map((edge) => (
          <Arrow key={`${edge.from.state} ${edge.to.state}`} edge={edge} isNext={edge.from.state === current} />
        ))}
        {nodes.map((node) => (
          <State key={node.state} node={node} isCurrent={node.state === current} />
        ))}
      </svg>
    </div>
  );
}

function State({ node, isCurrent }: { readonly node: GraphNode; readonly isCurrent: boolean }) {
  const { state, x, y } = node;
  return (
    <g class={`state ${isCurrent ? "state-current" : ""}`}>
      <rect x={x} y={y} width={nodeSize.width} height={nodeSize.height} rx="7" />
      <text x={x + nodeSize.width / 2} y={y + nodeSize.height / 2}>
        {state}
      </text>
    </g>
  );
}

function Arrow({ edge, isNext }: { readonly edge: GraphEdge; readonly isNext: boolean }) {
  const { x1, y1, x2, y2 } = lineOf(edge);
  const isUpright = Math.abs(y2 - y1) > Math.abs(x2 - x1);
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const isBack = isUpright ? y2 < y1 : x2 < x1;
  const side = isBack ? -1 : 1;
  const lines = isUpright ? edge.causes : [edge.causes.join(" / ")];
  return (
    <g class={`move ${isNext ? "move-next" : ""}`}>
      <line x1={x1} y1={y1} x2={x2} y2={y2} marker-end="url(#arrow)" />
      {lines.map((line, index) => (
        <text
          key={line}
          class={isUpright ? (isBack ? "label-left" : "label-right") : ""}
          x={isUpright ? x + side * labelGap : x}
          y={isUpright ? y + (index - (lines.length - 1) / 2) * 13 : y - side * (labelGap + 5)}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

/** From border to border; two opposite arrows are drawn side by side. */
function lineOf({ from, to, hasReverse }: GraphEdge) {
  const { width, height } = nodeSize;
  const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  const shift = hasReverse ? apart : 0;
  const middle = (node: GraphNode) => ({ x: node.x + width / 2, y: node.y + height / 2 });
  const [start, end] = [middle(from), middle(to)];
  if (dx === 0) {
    const x = start.x + dy * shift;
    return { x1: x, y1: start.y + (dy * height) / 2, x2: x, y2: end.y - (dy * height) / 2 };
  }
  const offset = dx * -shift;
  return { x1: start.x + (dx * width) / 2, y1: start.y + offset, x2: end.x - (dx * width) / 2, y2: end.y + offset };
}
