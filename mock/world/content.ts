import { hash } from "./random.ts";

/** A page of a crawled site. */
export interface SitePage {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** The pages that one crawl found, by the revision of the site's content. Replies to visitors are made from it. */
export interface Index {
  /** A new one for each crawl. */
  readonly id: string;
  readonly revision: number;
  readonly pages: number;
}

const topics = ["Home", "About us", "Services", "Prices", "Opening hours", "Contact", "Questions", "News"] as const;

/** A site has 1 to 40 pages, the same number for the same host and revision. */
export function pageCount(host: string, revision: number): number {
  return 1 + (hash(revision === 1 ? host : `${host} ${revision}`) % 40);
}

/** The nth page of a site in one revision, derived from these three alone. */
export function pageOf(host: string, revision: number, n: number): SitePage {
  const topic = topics[n % topics.length] as string;
  const title = n < topics.length ? topic : `${topic} ${Math.floor(n / topics.length) + 1}`;
  const path = n === 0 ? "/" : `/${title.toLowerCase().replaceAll(" ", "-")}`;
  return {
    url: `https://${host}${path}`,
    title,
    text: `${title} of ${host}, in revision ${revision} of its content.`,
  };
}

/** Every page of an index. */
export function pagesOf(host: string, { revision, pages }: Index): SitePage[] {
  return Array.from({ length: pages }, (_, n) => pageOf(host, revision, n));
}

/** A tool that the assistant of a widget may call; every widget has the same. */
export interface Tool {
  readonly name: string;
  readonly description: string;
}

/** The tool definitions of a widget for a site. */
export function toolsOf(host: string): Tool[] {
  return [
    { name: "search_pages", description: `Finds the page of ${host} that fits a question.` },
    { name: "leave_message", description: `Takes a message for the people of ${host}.` },
  ];
}
