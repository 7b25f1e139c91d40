import type { Script } from "../plan/script.ts";
import type { CallStep } from "../plan/step.ts";
import type { Services } from "./services.ts";

/** Gives each widget a site: those that the tester vouches for, in turn, as long as their crawls succeed. */
export class SiteChoice {
  readonly #services: Services;
  /** The site, as it was given, of the scripts that share a word. */
  readonly #given = new Map<string, string>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** The site of a script's widget: what its step says, or one of the given; undefined where none can be crawled. */
  siteOf({ id, namesake = id }: Script, { body = {} }: CallStep): string | undefined {
    const given = body["site_url"];
    return given === undefined ? this.siteFor(namesake) : String(given);
  }

  /** The site of a widget, by the word that it goes by; undefined where none is left that can be crawled. */
  siteFor(word: string): string | undefined {
    const { sites } = this.#services.settings;
    const given = sites.length > 0 ? sites : ["https://{n}.example"];
    const usable = given.filter((one) => !this.#hasFailed(one));
    const site = this.#given.get(word) ?? usable[this.#given.size % Math.max(1, usable.length)];
    if (site === undefined || (sites.length > 0 && this.#hasFailed(site))) return undefined;
    this.#given.set(word, site);
    return site.replace("{n}", word.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase());
  }

  /** Whether a widget says that the crawl of its site has failed, and none for it is active. */
  #hasFailed(site: string): boolean {
    const { widgets, watch } = this.#services;
    const own = widgets.all.filter(({ script: { id, namesake = id } }) => this.#given.get(namesake) === site);
    return own.some(({ id }) => watch.saysFailed(id)) && !own.some(({ isActive }) => isActive);
  }
}
