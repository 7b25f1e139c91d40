import { counted, dateAndTime } from "./data/format.ts";
import { streamState } from "./data/live.ts";
import { activeFaults, isUsedUp, shownClock, shownHealth, shownNow } from "./data/mock-state.ts";
import { linkTo } from "./data/route.ts";
import { apiKey, theme } from "./data/session.ts";
import { openWorldDialog, WorldDialog } from "./world-dialog.tsx";

/** What is always visible: the world, its time, the faults that are active, and whether the page is live. */
export function Header() {
  return (
    <header class="top">
      <a class="brand" href={linkTo("widgets")}>
        widgets-mock <span class="dim">{shownHealth.value?.version}</span>
      </a>
      <button type="button" class="pill" onClick={() => void openWorldDialog()}>
        <span class="dim">World</span> <span class="cut">{apiKey.value || "all"}</span>
      </button>
      <ClockPill />
      <FaultsPill />
      <span class="grow" />
      <StreamPill />
      <ThemeButton />
      <WorldDialog />
    </header>
  );
}

function ClockPill() {
  const isRunning = shownClock.value?.running;
  if (!shownClock.value) return null;
  return (
    <a class={`pill pill-time ${isRunning ? "" : "pill-held"}`} href={linkTo("time")}>
      <time>{dateAndTime(new Date(shownNow()).toISOString())}</time>
      {!isRunning && <span>frozen</span>}
    </a>
  );
}

function FaultsPill() {
  const count = activeFaults.value.filter((fault) => !isUsedUp(fault)).length;
  return (
    <a class={`pill pill-faults ${count > 0 ? "pill-bad" : ""}`} href={linkTo("faults")}>
      {count === 0 ? <span class="dim">no faults</span> : counted(count, "fault")}
    </a>
  );
}

const streamTexts = { live: "live", connecting: "connecting", lost: "reconnecting" };

function StreamPill() {
  const state = streamState.value;
  return (
    <span class={`stream stream-${state}`} role="status">
      {streamTexts[state]}
    </span>
  );
}

const nextTheme: { readonly [theme: string]: string } = { "": "dark", dark: "light", light: "" };

function ThemeButton() {
  return (
    <button
      type="button"
      class="quiet theme"
      onClick={() => {
        theme.value = nextTheme[theme.value] ?? "";
      }}
    >
      <span class="hidden">Theme: </span>◐ <span class="theme-name">{theme.value || "auto"}</span>
    </button>
  );
}
