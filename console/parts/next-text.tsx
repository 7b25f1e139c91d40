import type { ControlSchemas } from "../data/client.ts";
import { dateAndTime, relativeTime } from "../data/format.ts";
import { shownNow } from "../data/mock-state.ts";

/** What the clock will cause next. */
export function NextText({ next }: { readonly next: ControlSchemas["DueTask"] }) {
  const what = next.kind === "crawl" ? "crawl ends" : `${next.event}, attempt ${next.attempt}`;
  return (
    <span title={dateAndTime(next.at)}>
      {relativeTime(next.at, shownNow())}: {what}
    </span>
  );
}
