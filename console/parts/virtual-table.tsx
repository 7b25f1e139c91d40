import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Height of a row in pixels, the same as in the style sheet. */
const rowHeight = 34;
/** Rows drawn above and below what is visible. */
const overscan = 8;
/** Rows that are drawn before the height of the table is known. */
const firstRows = 30;

/** The range of rows that is drawn. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A table of any length: only the rows that are visible are drawn. */
export function VirtualTable({
  label,
  name,
  columns,
  count,
  row,
  keyOf = (index) => index,
  current,
  onRange,
}: {
  readonly label: string;
  /** Class of the table, which sets the widths of its columns. */
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly isWide?: boolean }[];
  readonly count: number;
  readonly row: (index: number) => ComponentChildren;
  /** Identifies what a row shows, by default its place: where rows move, one that moved is not drawn anew. */
  readonly keyOf?: (index: number) => string | number;
  /** The key of the row that is open beside the table. */
  readonly current?: string | undefined;
  readonly onRange?: (range: RowRange) => void;
}) {
  const body = useRef<HTMLDivElement>(null);
  const range = useVisibleRange(body, count);
  useEffect(() => onRange?.(range), [range.start, range.end]);
  const rows = [];
  for (let index = range.start; index < range.end; index++) {
    const key = keyOf(index);
    rows.push(
      <div
        key={key}
        class={key === current ? "row current" : "row"}
        role="row"
        aria-rowindex={index + 2}
        style={{ top: `${index * rowHeight}px` }}
      >
        {row(index)}
      </div>,
    );
  }
  return (
    <div class={`table ${name}`} role="table" aria-label={label} aria-rowcount={count + 1}>
      <div role="rowgroup">
        <div class="row head" role="row" aria-rowindex={1}>
          {columns.map(({ title, isWide }) => (
            <div key={title} role="columnheader" class={isWide ? "wide" : ""}>
              {title}
            </div>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="table-body" role="rowgroup" ref={body} tabIndex={0} onKeyDown={moveBetweenRows}>
        <div class="table-rows" style={{ height: `${count * rowHeight}px` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

function useVisibleRange(body: { readonly current: HTMLDivElement | null }, count: number): RowRange {
  const [view, setView] = useState({ top: 0, height: firstRows * rowHeight });
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const read = () => {
      const { scrollTop: top, clientHeight: height } = element;
      setView((before) => (before.top === top && before.height === height ? before : { top, height }));
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - overscan);
  const start = Math.min(first, Math.max(0, count - 1));
  const end = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + overscan);
  return { start, end: Math.max(start, end) };
}

/** The arrows go from the link of one row to that of the next. */
function moveBetweenRows(event: KeyboardEvent): void {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" } as const;
  const direction = step[event.key as keyof typeof step];
  const current = (event.target as HTMLElement).closest(".row");
  if (!direction || !current) return;
  const link = current[direction]?.querySelector("a");
  if (!link) return;
  event.preventDefault();
  link.focus();
}
