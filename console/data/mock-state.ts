import { computed, signal } from "@preact/signals";
import { adminControl, type ControlSchemas, control, dataOf } from "./client.ts";
import { epoch, onEvents, refreshAll, streamState } from "./live.ts";
import { Loader } from "./resource.ts";
import { apiKey, controlToken } from "./session.ts";

/** The clock of the world that is shown, and the real time at which it was read. */
export const shownClock = signal<(ControlSchemas["Clock"] & { readonly readAt: number }) | undefined>(undefined);

/** The faults that were injected, those that are used up included. */
export const activeFaults = signal<readonly ControlSchemas["Fault"][]>([]);

/** True if a fault was applied as often as it may be. */
export function isUsedUp({ calls, hits }: ControlSchemas["Fault"]): boolean {
  return calls !== undefined && hits >= calls;
}

/** How the mock was started. */
export const shownHealth = signal<ControlSchemas["Health"] | undefined>(undefined);

/** True if the caller may use everything; undefined until it is known. */
export const isAdmin = computed(() => shownHealth.value && shownHealth.value.access === "admin");

/** Other programs change the clock and the faults too, and no event says so. */
const pollMs = 2000;

/** Counts the seconds while the clock runs: `shownNow` reads it. */
const seconds = signal(0);

/** Keeps what the header shows up to date from now on. */
export function watchMock(): void {
  const loader = new Loader(loadState, () => undefined);
  setInterval(() => loader.startIfVisible(), pollMs);
  setInterval(() => {
    if (shownClock.value?.running && !document.hidden) seconds.value++;
  }, 1000);
  for (const changed of [epoch, apiKey, controlToken]) changed.subscribe(() => loader.startIfVisible());
  onEvents((events) => {
    if (events.some((event) => event.type === "request.answered" && event.faults)) loader.startSoon();
  });
}

async function loadState(): Promise<void> {
  // It answers whoever asks: what it says does not wait for a key that works.
  shownHealth.value = await dataOf(adminControl.GET("/_mock/health"));
  const [now, active] = await Promise.all([dataOf(control.GET("/_mock/clock")), dataOf(control.GET("/_mock/faults"))]);
  showClock(now);
  activeFaults.value = active.faults;
}

/** Shows the time that the mock has answered with. */
export function showClock({ now, running }: ControlSchemas["Clock"]): void {
  const before = shownClock.value;
  const wasMoved = before !== undefined && (running !== before.running || Math.abs(mockNow() - Date.parse(now)) > 1500);
  shownClock.value = { now, running, readAt: performance.now() };
  // Somebody else has moved it.
  if (wasMoved && streamState.value === "live") refreshAll();
}

/** The time in the world now, in milliseconds since the epoch; what shows it is drawn again with each second. */
export function shownNow(): number {
  seconds.value;
  return mockNow();
}

/** The time in the world now, in milliseconds since the epoch. */
export function mockNow(): number {
  if (!shownClock.value) return Date.now();
  const { now, running, readAt } = shownClock.value;
  return Date.parse(now) + (running ? performance.now() - readAt : 0);
}
