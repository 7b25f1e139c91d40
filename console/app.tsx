import { useEffect } from "preact/hooks";
import { loadApiDocument } from "./data/api-document.ts";
import { streamState } from "./data/live.ts";
import { watchMock } from "./data/mock-state.ts";
import { linkTo, route } from "./data/route.ts";
import { isTokenNeeded, theme } from "./data/session.ts";
import { Header } from "./header.tsx";
import { Empty } from "./parts/basics.tsx";
import { TokenForm } from "./token-form.tsx";
import { views } from "./views.ts";

/** The console: header, navigation and the view of the current address. */
export function App() {
  useEffect(() => {
    watchMock();
    loadApiDocument().catch(() => undefined);
  }, []);
  const { view, item } = route.value;
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme.value || "system";
  }, [theme.value]);
  useEffect(() => {
    document.title = `${item ?? views[view]?.title ?? "Not found"} · widgets-mock`;
  }, [view, item]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Header />
      <nav aria-label="Views">
        {Object.entries(views).map(
          ([name, { title, isInNavigation }]) =>
            isInNavigation?.() !== false && (
              <a key={name} href={linkTo(name)} aria-current={name === view ? "page" : undefined}>
                {title}
              </a>
            ),
        )}
      </nav>
      <main id="main" tabIndex={-1}>
        {streamState.value === "lost" && !isTokenNeeded.value && (
          <p class="banner" role="status">
            The connection to the mock is lost; trying again. What you see may be out of date. Is it still running?
          </p>
        )}
        <CurrentView />
      </main>
    </>
  );
}

function CurrentView() {
  if (isTokenNeeded.value) return <TokenForm />;
  const { view, item } = route.value;
  const found = views[view];
  if (!found) {
    return (
      <>
        <h1>Not found</h1>
        <Empty title={`There is no view "${view}".`}>
          <a href={linkTo("widgets")}>Go to the widgets</a>
        </Empty>
      </>
    );
  }
  const { View } = found;
  return <View item={item} />;
}
