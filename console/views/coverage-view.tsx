import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { refreshAll } from "../data/live.ts";
import { useResource } from "../data/resource.ts";
import { ActionButton, Empty, ErrorNote, Panel, Prose } from "../parts/basics.tsx";

type Coverage = ControlSchemas["Coverage"];
type Item = ControlSchemas["CoverageItem"];
type Todo = ControlSchemas["CoverageTodo"];

/** What clients have met of the API, and what is left to do. */
export function CoverageView() {
  const { data, error, reload } = useResource(() => dataOf(control.GET("/_mock/coverage")), [], {
    isStaleAfter: () => true,
  });
  return (
    <div class="page">
      <header class="section-head">
        <h1>Coverage</h1>
        {data && (
          <span class="dim">
            {data.met} of {data.of} items met, {data.percent} %
          </span>
        )}
        {data && data.met > 0 && <ResetCoverage />}
      </header>
      <p class="dim">
        What clients have met of the items that the document has. It outlives resets: nothing is forgotten until
        counting begins anew.
      </p>
      <ErrorNote error={error} retry={reload} />
      {data && (
        <>
          <Panel title="To do">
            {data.todo.length === 0 ? (
              <Empty title="Nothing: every item was met." />
            ) : (
              data.todo.map((todo) => <TodoEntry key={`${todo.says} ${todo.kind}`} todo={todo} />)
            )}
          </Panel>
          <Panel title="Items">
            {itemsByKind(data).map(([kind, items]) => (
              <KindOfItems key={kind} kind={kind} items={items} />
            ))}
          </Panel>
        </>
      )}
    </div>
  );
}

function ResetCoverage() {
  const reset = async () => {
    await dataOf(control.DELETE("/_mock/coverage"));
    refreshAll();
  };
  return <ActionButton act={reset}>Count anew</ActionButton>;
}

function TodoEntry({ todo: { says, how, missing } }: { readonly todo: Todo }) {
  return (
    <section>
      <h3>{says}</h3>
      <ul>
        {missing.map((name) => (
          <li key={name}>
            <Prose text={name} />
          </li>
        ))}
      </ul>
      <p class="dim">
        <Prose text={how} />
      </p>
    </section>
  );
}

function itemsByKind({ items }: Coverage): (readonly [kind: string, items: readonly Item[]])[] {
  const kinds = new Map<string, Item[]>();
  for (const item of items) kinds.set(item.kind, [...(kinds.get(item.kind) ?? []), item]);
  return [...kinds];
}

function KindOfItems({ kind, items }: { readonly kind: string; readonly items: readonly Item[] }) {
  const met = items.filter(({ count }) => count > 0).length;
  return (
    <details>
      <summary>
        {kind}{" "}
        <span class="dim">
          {met} of {items.length}
        </span>
      </summary>
      <ul class="plain">
        {items.map(({ id, says, count, disregarded }) => (
          <li key={id}>
            <span class={count > 0 ? undefined : "dim"}>{count > 0 ? `${count.toLocaleString("en")} ×` : "never"}</span>{" "}
            <Prose text={says} /> <code>{id}</code>
            {disregarded !== undefined && <strong> disregarded {disregarded} ×</strong>}
          </li>
        ))}
      </ul>
    </details>
  );
}
