import { foreignOrigin, ownOrigin, reloadPage, shownPage, widgetId } from "./demo-state.ts";

/** The customer's page in a frame, below the address that it stands for. */
export function SiteFrame() {
  const { isForeign, loads } = shownPage.value;
  const origin = isForeign ? foreignOrigin : ownOrigin.value;
  const source = `${encodeURIComponent(widgetId)}/site?${new URLSearchParams({ origin })}`;
  return (
    <section class="browser" aria-label="The customer's page">
      <header>
        <button type="button" class="quiet" title="Reload the page" onClick={() => reloadPage()}>
          ↻<span class="hidden"> Reload the page</span>
        </button>
        <span class="address">{origin}/</span>
        <fieldset>
          <legend class="hidden">Origin of the page</legend>
          <OriginChoice label="Its own site" isForeign={false} />
          <OriginChoice label="A foreign site" isForeign={true} />
        </fieldset>
      </header>
      <iframe key={`${origin} ${loads}`} title="Northwind Catering" src={source} />
    </section>
  );
}

function OriginChoice({ label, isForeign }: { readonly label: string; readonly isForeign: boolean }) {
  return (
    <label class="check">
      <input
        type="radio"
        name="origin"
        checked={shownPage.value.isForeign === isForeign}
        onChange={() => reloadPage({ isForeign })}
      />
      {label}
    </label>
  );
}
