import { effect } from "@preact/signals";
import { render } from "preact";
import { dateAndTime } from "../data/format.ts";
import { epoch, onEvents, openStream, streamState } from "../data/live.ts";
import { mockNow, shownClock, watchMock } from "../data/mock-state.ts";
import { controlToken, isTokenNeeded } from "../data/session.ts";
import { Badge, ErrorNote } from "../parts/basics.tsx";
import { TokenForm } from "../token-form.tsx";
import { findKey, inspected, loadError, loadWidget, widgetId } from "./demo-state.ts";
import { OwnerPanel } from "./owner-panel.tsx";
import { SiteFrame } from "./site-frame.tsx";

function Demo() {
  if (isTokenNeeded.value) return <TokenForm />;
  const now = inspected.value;
  return (
    <>
      <header class="top">
        <a class="brand" href={`../console/#/widgets/${encodeURIComponent(widgetId)}`}>
          ‹ Console
        </a>
        <h1 class="cut">{now?.widget?.name ?? widgetId}</h1>
        {now && <Badge text={now.widget?.status ?? "gone"} />}
        {now && now.state !== now.widget?.status && <span class="dim">{now.state}</span>}
        <span class="grow" />
        {shownClock.value && <time class="pill">{dateAndTime(new Date(mockNow()).toISOString())}</time>}
        <span class={`stream stream-${streamState.value}`}>{streamState.value}</span>
      </header>
      <main>
        {loadError.value && !now ? (
          <ErrorNote error={loadError.value} retry={() => void loadWidget()} />
        ) : (
          <>
            <SiteFrame />
            <OwnerPanel />
          </>
        )}
      </main>
    </>
  );
}

effect(() => {
  void epoch.value;
  void loadWidget();
});
effect(() => {
  void controlToken.value;
  void findKey();
});
onEvents(() => void loadWidget());
openStream();
watchMock();
render(<Demo />, document.body);
