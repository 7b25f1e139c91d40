import type { Locator, Page } from "@playwright/test";
import type { WidgetsDocument } from "../../spec/document.ts";
import type { RemoteWorld } from "./remote-world.ts";

/** The page that embeds a widget. */
export interface EmbeddingPage {
  /** Its origin, such as `https://bakery.example` (default: the one of the widget's `site_url`). No such site need exist. */
  readonly origin?: string;
  /** Its HTML, made from the script tag of the widget (default: a heading and the tag). */
  readonly html?: (scriptTag: string) => string;
  /** Headers that it is served with, such as a `Content-Security-Policy`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Opens a page that embeds a widget of a mock. The page is served by the browser's own interception, so it can have any
 * origin, and its requests to the mock come with that origin.
 * @returns the widget in the page, in which its button, panel and messages are found
 * @throws Error where the mock's dialect has no script that embeds widgets (A-EXT-1)
 */
export async function embedWidget(
  page: Page,
  { world, id }: { readonly world: Pick<RemoteWorld, "url" | "fetch">; readonly id: string },
  { origin, html = plainPage, headers = {} }: EmbeddingPage = {},
): Promise<Locator> {
  const site = origin ?? (await siteOf(world, id));
  const body = html(await scriptTagOf(world, id));
  await page.route(`${site}/**`, (route) =>
    new URL(route.request().url()).pathname === "/"
      ? route.fulfill({ contentType: "text/html; charset=utf-8", headers, body })
      : route.fulfill({ status: 404 }),
  );
  // Chromium lets no page of another site connect to this machine (Local Network Access), so the test does it.
  await page.route(`${world.url}/**`, async (route) => {
    const response = await route.fetch().catch(() => undefined);
    return response ? route.fulfill({ response }) : route.abort("connectionreset");
  });
  await page.goto(`${site}/`);
  return page.locator(`[data-widget="${id}"]`);
}

async function scriptTagOf({ url, fetch }: Pick<RemoteWorld, "url" | "fetch">, id: string): Promise<string> {
  const response = await fetch("/openapi.json");
  const { "x-embed": embed } = (await response.json()) as WidgetsDocument;
  if (!embed) throw new Error("The dialect of this mock has no script that embeds widgets (A-EXT-1).");
  return `<script src="${url}${embed.script}" ${embed.attribute}="${id}" async></script>`;
}

function plainPage(scriptTag: string): string {
  return `<!doctype html><html lang="en"><title>A site</title><h1>A site</h1>${scriptTag}</html>`;
}

/** The origin of a widget's site; without one that can be read, a made-up one. */
async function siteOf(world: Pick<RemoteWorld, "fetch">, id: string): Promise<string> {
  const response = await world.fetch(`/api/v1/widgets/${id}`);
  const { site_url: site } = (await response.json()) as { readonly site_url?: string };
  return site === undefined ? "https://customer.example" : new URL(site).origin;
}
