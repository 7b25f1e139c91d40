import type { ControlSchemas } from "../data/client.ts";
import { timeOfDay } from "../data/format.ts";
import { linkTo } from "../data/route.ts";
import { Badge } from "./basics.tsx";

type Happening = ControlSchemas["Happening"];

/** What happened, in order, each with what it is about. */
export function HappeningList({ happened }: { readonly happened: readonly Happening[] }) {
  return (
    <ol class="events">
      {happened.map((happening, index) => (
        <li key={`${index}${happening.at}`}>
          <time class="num dim">{timeOfDay(happening.at)}</time>
          <span>
            <HappeningText happening={happening} />
          </span>
        </li>
      ))}
    </ol>
  );
}

/** A happening in words. */
export function HappeningText({ happening }: { readonly happening: Happening }) {
  const { type, from, to, widget, event, delivery, attempt, answer } = happening;
  const subject = <a href={linkTo("widgets", widget)}>{widget}</a>;
  if (type === "widget.moved") {
    return (
      <>
        {subject} goes from <code>{from}</code> to <code>{to}</code>
      </>
    );
  }
  if (type === "crawl.succeeded" || type === "crawl.failed") {
    return (
      <>
        crawl of {subject} <Badge text={type.slice("crawl.".length)} /> now <code>{to}</code>
        {event && <> · event {event}</>}
      </>
    );
  }
  return (
    <>
      {event} <Badge text={type === "webhook.delivered" ? "delivered" : "failed"} /> attempt {attempt}: {answer}{" "}
      {delivery && <a href={linkTo("webhooks", delivery)}>{delivery}</a>}
    </>
  );
}
