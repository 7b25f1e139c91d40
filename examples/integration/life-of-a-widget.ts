import { requireSuccess } from "./api-error.ts";
import type { WidgetsClient } from "./client.ts";
import { deleteWidget } from "./delete-widget.ts";
import { everyWidget } from "./every-widget.ts";
import type { Sleep } from "./poll.ts";
import { readUntil } from "./read-widget.ts";
import { recrawlWidget } from "./recrawl-widget.ts";
import { type FirstCrawl, waitUntilActive } from "./wait-until-active.ts";

export interface Story {
  readonly client: WidgetsClient;
  readonly sleep: Sleep;
  readonly log: (line: string) => void;
}

/**
 * Takes one widget through everything that the documentation describes, from create to delete. A widget that never
 * becomes active is deleted too. Returns how its first crawl ended.
 * @throws ApiError, or Error, when the service rejects a step, or accepts it and does not carry it out. The widget then
 * remains; its id is in the first line of the log.
 */
export async function lifeOfAWidget(story: Story, siteUrl = "https://harbourbooks.example"): Promise<FirstCrawl> {
  const { client, sleep, log } = story;
  const id = await create(story, siteUrl);

  const firstCrawl = await waitUntilActive(client, sleep, id);
  if (firstCrawl.ended === "active") {
    log("active: the first crawl has finished");
    await restyle(story, id);
    await pauseAndResume(story, id);
    await findInList(story, id);
    log(`recrawl: ${await recrawlWidget(client, sleep, id)}`);
  } else {
    log(`gave up on ${siteUrl} (${firstCrawl.ended}): ${firstCrawl.reason}`);
  }

  await deleteWidget(client, sleep, id);
  log("deleted");
  return firstCrawl;
}

/** Sends the two documented members only, because whether a create takes more is open. Of the response only the id is used. */
async function create({ client, log }: Story, siteUrl: string): Promise<string> {
  const created = requireSuccess(
    "Creating a widget",
    await client.POST("/api/v1/widgets", { body: { name: "Harbour Books", site_url: siteUrl } }),
  );
  if (!created?.id) throw new Error("Creating a widget was accepted, but the response has no id.");
  log(`created ${created.id}, ${created.status}`);
  return created.id;
}

/** Changes the persona, the voice and one colour; the rest of the theme is not sent. */
async function restyle(story: Story, id: string): Promise<void> {
  const body = {
    persona: "You are Robin, who knows every shelf of the shop and never guesses a price.",
    voice: "Aoede",
    theme: { primary: "#0a6e5c" },
  };
  requireSuccess(
    `Restyling the widget ${id}`,
    await story.client.PATCH("/api/v1/widgets/{id}", { params: { path: { id } }, body }),
  );
  const widget = await readUntil(story, id, "restyled", ({ persona, voice, theme }) => {
    // A colour may come back in capitals.
    const primary = theme?.primary?.toLowerCase();
    return persona === body.persona && voice === body.voice && primary === body.theme.primary;
  });
  // Whether the other members of the theme stay is only shown by an example, so the log shows the result.
  story.log(`restyled: the theme is ${JSON.stringify(widget.theme)}`);
}

/** Each once, from the state that it is meant for, because whether repeating is allowed is open. */
async function pauseAndResume(story: Story, id: string): Promise<void> {
  const params = { path: { id } };
  requireSuccess(`Pausing the widget ${id}`, await story.client.POST("/api/v1/widgets/{id}/pause", { params }));
  // The status of a paused widget is not documented, only that it is no longer active.
  const paused = await readUntil(story, id, "paused", ({ status }) => status !== "active");
  story.log(`paused: the status is ${paused.status}`);

  requireSuccess(`Resuming the widget ${id}`, await story.client.POST("/api/v1/widgets/{id}/resume", { params }));
  await readUntil(story, id, "active", ({ status }) => status === "active");
  story.log("resumed: active again");
}

async function findInList({ client, log }: Story, id: string): Promise<void> {
  const widgets = await everyWidget(client);
  if (!widgets.some((widget) => widget.id === id)) throw new Error(`The widget ${id} is not in the list.`);
  log(`listed among ${widgets.length}`);
}
