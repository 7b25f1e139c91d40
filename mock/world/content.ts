import { hash } from "./random.ts";

/** A page of a crawled site. */
export interface Page {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** What visitors get their answers from: the pages that one crawl found, by the revision of the site's content. */
export interface Index {
  /** Names the crawl that made it. */
  readonly id: string;
  readonly revision: number;
  readonly pages: number;
}

const topics = ["Home", "About us", "Services", "Prices", "Opening hours", "Contact", "Questions", "News"] as const;

/** A site has 1 to 40 pages, the same number for the same host and revision. */
export function pageCount(host: string, revision: number): number {
  return 1 + (hash(revision === 1 ? host : `${host} ${revision}`) % 40);
}

/** The nth page of a site in one revision, made from nothing but these. */
export function pageOf(host: string, revision: number, n: number): Page {
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
export function pagesOf(host: string, { revision, pages }: Index): Page[] {
  return Array.from({ length: pages }, (_, n) => pageOf(host, revision, n));
}

/** What an assistant may call on; every widget has the same. */
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
