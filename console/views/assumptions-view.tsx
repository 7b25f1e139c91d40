import { useState } from "preact/hooks";
import { apiDocument, ruleOf } from "../data/api-document.ts";
import { type ControlSchemas, control, dataOf } from "../data/client.ts";
import { counted } from "../data/format.ts";
import { shownHealth } from "../data/mock-state.ts";
import { useResource } from "../data/resource.ts";
import { linkTo } from "../data/route.ts";
import { CopyButton, Empty, ErrorNote, Fact, Facts, Panel, Prose, TextBlock } from "../parts/basics.tsx";
import { VirtualTable } from "../parts/virtual-table.tsx";

type Assumption = ControlSchemas["Assumptions"]["assumptions"][number];

const columns = [{ title: "Rule" }, { title: "Says" }, { title: "Choice", isWide: true }, { title: "Answers" }];

/** Every assumed rule, the choice in force, and how many answers rested on it. */
export function AssumptionsView({ item }: { readonly item: string | undefined }) {
  const { data, error, reload } = useResource(() => dataOf(control.GET("/_mock/assumptions")), [], {
    isStaleAfter: ({ type }) => type === "request.answered",
  });
  const assumptions = data?.assumptions ?? [];
  return (
    <div class={`split ${item === undefined ? "" : "has-detail"}`}>
      <div class="list">
        <header class="section-head">
          <h1>Assumptions</h1>
          <span class="dim">dialect {shownHealth.value?.dialect}</span>
        </header>
        <p class="dim">
          What the documentation does not say, and what this mock does instead. The count is of the recorded requests.
        </p>
        <ErrorNote error={error} retry={reload} />
        <VirtualTable
          label="Assumptions"
          name="assumptions"
          columns={columns}
          count={assumptions.length}
          keyOf={(index) => assumptions[index]?.rule ?? index}
          current={item}
          row={(index) => <AssumptionRow assumption={assumptions[index]} current={item} />}
        />
      </div>
      {item !== undefined && (
        <RuleDetail key={item} id={item} assumption={assumptions.find(({ rule }) => rule === item)} />
      )}
    </div>
  );
}

function AssumptionRow({
  assumption,
  current,
}: {
  readonly assumption: Assumption | undefined;
  readonly current: string | undefined;
}) {
  if (!assumption) return null;
  const { rule, says, choice, answers } = assumption;
  return (
    <>
      <div role="cell">
        <a class="rule" href={linkTo("assumptions", rule)} aria-current={rule === current ? "true" : undefined}>
          {rule}
        </a>
      </div>
      <div role="cell" class="cut" title={says}>
        <Prose text={says} />
      </div>
      <div role="cell" class="cut wide">
        {choice && <code>{choice}</code>}
      </div>
      <div role="cell" class="num">
        {answers || <span class="dim">0</span>}
      </div>
    </>
  );
}

function RuleDetail({ id, assumption }: { readonly id: string; readonly assumption: Assumption | undefined }) {
  const rule = ruleOf(id);
  return (
    <aside class="detail" aria-label="Rule">
      <header class="section-head">
        <h1 class="cut detail-title">{id}</h1>
        <a class="button quiet" href={linkTo("assumptions")}>
          Close
        </a>
      </header>
      {!rule && apiDocument.value && <Empty title={`There is no rule ${id}.`} />}
      {rule && (
        <>
          <p>
            <Prose text={rule.says} />
          </p>
          <Facts>
            <Fact name="Basis">{rule.basis}</Fact>
            <Fact name="Documentation">{rule.source && `“${rule.source}”`}</Fact>
            <Fact name="Also allowed">{rule.tolerated}</Fact>
            <Fact name="Requests">
              <a href={linkTo("requests", undefined, { rule: id })}>
                {assumption ? counted(assumption.answers, "answer") : "those that follow it"}
              </a>
            </Fact>
          </Facts>
          {rule.choices && assumption && <Choices id={id} choices={rule.choices} current={assumption.choice} />}
        </>
      )}
    </aside>
  );
}

type Choice = NonNullable<NonNullable<ReturnType<typeof ruleOf>>["choices"]>[number];

function Choices({
  id,
  choices,
  current,
}: {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly current: string | undefined;
}) {
  const [chosen, setChosen] = useState(current);
  const selected = choices.find(({ choice }) => choice === chosen);
  return (
    <Panel title="Choices">
      <fieldset class="plain">
        <legend class="hidden">Choices</legend>
        {choices.map(({ choice }) => (
          <label key={choice} class="check">
            <input type="radio" name="choice" checked={choice === chosen} onChange={() => setChosen(choice)} />
            <code>{choice}</code>&nbsp;{choice === current && <span class="dim">in force</span>}
          </label>
        ))}
      </fieldset>
      {selected && chosen !== current && <Change id={id} selected={selected} />}
    </Panel>
  );
}

/** What a choice changes, and how to get a mock that makes it. */
function Change({ id, selected }: { readonly id: string; readonly selected: Choice }) {
  const { choice, patch, append } = selected as Choice & { readonly append?: object };
  const command = `echo '${JSON.stringify({ [id]: choice })}' > dialect.json\nnpx widgets-mock --dialect dialect.json`;
  return (
    <>
      <p>
        A running mock keeps its dialect: all its worlds share one document. Start another one to try the choice, beside
        this one on another <code>--port</code>:
      </p>
      <TextBlock label="Commands" text={command} />
      <CopyButton label="Copy" text={command} />
      {patch || append ? (
        <>
          <p>What it changes in the document:</p>
          <TextBlock label="Changes" text={JSON.stringify({ ...patch, ...append }, null, 2)} />
        </>
      ) : (
        <p class="dim">It changes behaviour alone, and nothing in the document.</p>
      )}
    </>
  );
}
