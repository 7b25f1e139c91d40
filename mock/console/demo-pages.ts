import type { Embed } from "../../spec/generated/document-types.ts";

/** A page of the demo site: the frame with the owner's side, or the customer's page in it. */
export interface DemoPage {
  /** Name of its file among those of the console. */
  readonly file: string;
  /** True for the page that the other one frames. */
  readonly isFramed: boolean;
  /** The tag that embeds the widget, as a customer's page has it. */
  readonly scriptTag: string;
}

/** Ids are letters, digits, and what other documents may have in them; nothing that HTML takes for markup. */
const demoPath = /^\/_mock\/demo\/([\w-]+)(\/site)?$/;

/** The page of the demo at a path; undefined where there is none. */
export function demoPageAt(embed: Embed | undefined, path: string): DemoPage | undefined {
  const [, id, site] = demoPath.exec(path) ?? [];
  if (id === undefined || !embed) return undefined;
  const scriptTag = `<script src="../../..${embed.script}" ${embed.attribute}="${id}" async></script>`;
  return site === undefined
    ? { file: "demo.html", isFramed: false, scriptTag }
    : { file: "site.html", isFramed: true, scriptTag };
}
