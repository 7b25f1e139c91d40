import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ruleOf } from "../data/api-document.ts";
import { RequestError } from "../data/client.ts";
import { linkTo } from "../data/route.ts";

/** A status of a widget, a delivery or the like, with its colour. */
export function Badge({ text, kind = text }: { readonly text: string; readonly kind?: string }) {
  return <span class={`badge badge-${toneOf(kind)}`}>{text}</span>;
}

const tones: { readonly [kind: string]: string } = {
  active: "good",
  delivered: "good",
  succeeded: "good",
  draft: "waiting",
  pending: "waiting",
  running: "waiting",
  paused: "held",
  cancelled: "held",
  dropped: "held",
  failed: "bad",
  gone: "bad",
};

function toneOf(kind: string): string {
  return tones[kind] ?? "plain";
}

/** The status of an answer; 0 is a connection that broke before one. */
export function StatusCode({ status }: { readonly status: number }) {
  const tone = status === 0 || status >= 500 ? "bad" : status >= 400 ? "waiting" : "good";
  return <span class={`code code-${tone}`}>{status === 0 ? "no answer" : status}</span>;
}

/** A rule's id, which leads to its text. */
export function RuleLink({ id }: { readonly id: string }) {
  return (
    <a class="rule" href={linkTo("assumptions", id)} title={ruleOf(id)?.says}>
      {id}
    </a>
  );
}

/** A text of the document, whose words between backticks are code. */
export function Prose({ text }: { readonly text: string }) {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={`${index}`}>{part}</code> : part))}</>;
}

/** What to say where there is nothing to show, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** What went wrong, and what can be done. */
export function ErrorNote({ error, retry }: { readonly error: Error | undefined; readonly retry?: () => void }) {
  if (!error) return null;
  const { code, errors = [] } = error instanceof RequestError ? error.problem : {};
  return (
    <div class="error" role="alert">
      <p>
        {error.message} {code && <code>{code}</code>}
      </p>
      {errors.length > 0 && (
        <ul>
          {errors.map(({ pointer, parameter, detail }) => (
            <li key={`${pointer}${parameter}${detail}`}>
              <code>{pointer ?? parameter}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A button that does something which may fail: it says so below. */
export function ActionButton({
  act,
  children,
  ...rest
}: {
  readonly act: () => Promise<unknown>;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly title?: string;
  readonly disabled?: boolean;
}) {
  const { run, isBusy, error } = useAction(act);
  return (
    <>
      <button type="button" {...rest} disabled={rest.disabled || isBusy} onClick={run}>
        {children}
      </button>
      <ErrorNote error={error} />
    </>
  );
}

/** Something to do that takes time and may fail. */
export function useAction(act: () => Promise<unknown>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error | undefined>(undefined);
  const run = () => {
    setBusy(true);
    setError(undefined);
    act()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { run, isBusy, error };
}

/** A button that copies a text. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    const timer = isCopied ? setTimeout(() => setCopied(false), 1500) : undefined;
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <button type="button" class="quiet" onClick={copy}>
      {isCopied ? "Copied" : label}
    </button>
  );
}

/** Names and values. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

/** A name and its value; nothing without a value. */
export function Fact({ name, children }: { readonly name: string; readonly children?: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A block of text such as JSON, as it is. */
export function TextBlock({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <pre class="block" tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}

/** A part of a page, with its heading. */
export function Panel({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="section">
      <header class="section-head">
        <h2>{title}</h2>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
