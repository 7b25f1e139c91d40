import { pageOf } from "./content.ts";
import type { Conversation } from "./conversations.ts";
import { hash } from "./random.ts";

/** The reply to a visitor, made from the persona and one of the crawled pages; the same for the same question. */
export function replyTo({ configuration, index, siteHost }: Conversation, question: string): string {
  const persona =
    String(configuration["persona"])
      .split(/(?<=[.!?])\s/)[0]
      ?.slice(0, 200) ?? "";
  if (index.pages === 0) return `[${index.id}] ${persona} There is no page of ${siteHost} to answer from.`;
  const { title, url, text } = pageOf(siteHost, index.revision, hash(question) % index.pages);
  return `[${index.id}] ${persona} The page "${title}" (${url}) says: ${text}`;
}
