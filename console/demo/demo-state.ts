import { computed, signal } from "@preact/signals";
import type { components } from "../../spec/generated/types.ts";
import { api, type ControlSchemas, control, dataOf, mockUrl, RequestError } from "../data/client.ts";
import { showClock } from "../data/mock-state.ts";
import { apiKey, controlToken, isTokenNeeded } from "../data/session.ts";

/** The widget of the demo, by the address of the page. */
export const widgetId = decodeURIComponent(location.pathname.split("/").at(-1) ?? "");

type Widget = components["schemas"]["Widget"];
type Conversation = components["schemas"]["Conversation"];

/** What the mock knows of the widget. */
export interface Inspected extends Omit<ControlSchemas["Inspection"], "conversations" | "widget"> {
  readonly widget?: Widget;
  readonly conversations: readonly Conversation[];
}

/** The widget as it is now; undefined until it is loaded. */
export const inspected = signal<Inspected | undefined>(undefined);

/** Why it could not be loaded. */
export const loadError = signal<RequestError | undefined>(undefined);

/** True once the API key is known to be that of the widget's organization, false once it is known not to be. */
export const isOwner = signal<boolean | undefined>(undefined);

/** The key of the documentation's examples, tried where the tab has none. */
const usualKey = "sk_test_demo";

/** Loads what the mock knows of the widget, whoever it belongs to. */
export async function loadWidget(): Promise<void> {
  try {
    inspected.value = (await inspect("")) as Inspected;
    loadError.value = undefined;
  } catch (error) {
    if (error instanceof RequestError) loadError.value = error;
  }
}

/** Finds out whether a key belongs to the widget's organization, and keeps it if it does. Nothing of it is recorded. */
export async function useKey(key: string): Promise<boolean> {
  isOwner.value = await inspect(key).then(
    () => true,
    () => false,
  );
  if (isOwner.value) apiKey.value = key;
  return isOwner.value;
}

/** Looks for a key: the tab's own, or that of the examples. */
export async function findKey(): Promise<void> {
  for (const key of new Set([apiKey.value || usualKey, usualKey])) if (await useKey(key)) return;
}

async function inspect(key: string): Promise<unknown> {
  const headers = {
    ...(key && { Authorization: `Bearer ${key}` }),
    ...(controlToken.value && { "Control-Token": controlToken.value }),
  };
  const response = await fetch(`${mockUrl}/_mock/widgets/${encodeURIComponent(widgetId)}`, { headers }).catch(() => {
    throw new RequestError("The mock does not answer. Is it still running?", 0);
  });
  const body = await response.json();
  if (response.ok) return body;
  if (response.status === 401 && key === "") isTokenNeeded.value = true;
  throw new RequestError(body.detail, response.status, body);
}

/** The origin that the widget belongs on: that of its site, or of the pages found there where reads do not show the site. */
export const ownOrigin = computed(() => {
  const site = inspected.value?.widget?.site_url ?? inspected.value?.pages[0]?.url;
  return site === undefined || !URL.canParse(site) ? "https://northwindcatering.example" : new URL(site).origin;
});

/** An origin that is on no widget's list, unless somebody puts it there. */
export const foreignOrigin = "https://somewhere-else.example";

/** The page that is shown: on which origin, and how often it was loaded. */
export const shownPage = signal({ isForeign: false, loads: 0 });

/** Loads the page anew, as a visitor would. */
export function reloadPage(change: { readonly isForeign?: boolean } = {}): void {
  shownPage.value = { ...shownPage.value, ...change, loads: shownPage.value.loads + 1 };
}

/** What to look for after the last change. */
export const hint = signal("Open the widget and ask something. Then change something here.");

const path = { params: { path: { id: widgetId } } };

/** What the owner of the widget does, by the API and the control plane; each says what to look for. */
export const owner = {
  async update(body: components["schemas"]["WidgetUpdate"]) {
    await dataOf(api.PATCH("/api/v1/widgets/{id}", { ...path, body }));
    hint.value =
      "New conversations use it at once. The one that runs keeps its own: ask again, then press “New conversation” in the widget.";
  },
  async setDomains(domains: string[]) {
    await dataOf(api.PATCH("/api/v1/widgets/{id}", { ...path, body: { domains } }));
    hint.value =
      "The list is checked when a conversation starts. Start a new one, on the widget's own site and on the foreign one.";
  },
  async pause() {
    await dataOf(api.POST("/api/v1/widgets/{id}/pause", path));
    hint.value =
      "The widget still loads, and refuses to start a conversation. One that runs goes on. Reload the page, and ask.";
  },
  async resume() {
    await dataOf(api.POST("/api/v1/widgets/{id}/resume", path));
    hint.value = "Conversations start again. The script tag has not changed.";
  },
  async recrawl() {
    const site = inspected.value?.widget?.site_url;
    if (site !== undefined) await dataOf(control.POST("/_mock/sites/change", { body: { site_url: site } }));
    await dataOf(api.POST("/api/v1/widgets/{id}/recrawl", path));
    hint.value =
      "The site has new content, and a crawl is running. Visitors get the old index until it has finished: ask, advance the clock, and start a new conversation.";
  },
  async remove() {
    await dataOf(api.DELETE("/api/v1/widgets/{id}", path));
    hint.value =
      "It cannot be undone. Reload the page: the script tag is still there, and the widget says that it is gone.";
  },
  async advance(seconds: number) {
    const { happened, ...clock } = await dataOf(control.POST("/_mock/clock/advance", { body: { seconds } }));
    showClock(clock);
    const names = happened.map(({ type }) => type).join(", ");
    hint.value = names === "" ? "Nothing was due in that time." : `Happened: ${names}.`;
  },
};
