import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Answer, AnswerBody } from "../http/answer.ts";

/** A widget as it was, in JSON, and until when reads show it. */
interface FormerWidget {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const utf8 = new TextDecoder();

/** What reads that lag behind a change still show (A-TIME-1): the widgets as they were before it. */
export class StaleReads {
  readonly #former = new Map<string, FormerWidget>();

  /** Remembers a widget as it was before a change, unless reads still show what was before an earlier one. */
  remember(id: string, former: FormerWidget, now: number): void {
    for (const [other, { until }] of this.#former) if (until <= now) this.#former.delete(other);
    if (!this.#former.has(id)) this.#former.set(id, former);
  }

  /** The answer to a read, with the widgets in it as they were. */
  rewrite(answer: Answer, now: number): Answer {
    if (this.#former.size === 0 || answer.status !== 200) return answer;
    const body = parseBody(answer.body);
    const stale = this.#rewriteJson(body, now);
    if (stale === body) return answer;
    return {
      ...answer,
      body: JSON.stringify(stale),
      assumed: [...new Set([...(answer.assumed ?? []), "A-TIME-1"] as const)],
    };
  }

  /** A widget, or a page of them; the same object if none of them is stale. */
  #rewriteJson(body: Json | undefined, now: number): Json | undefined {
    if (!isJsonObject(body)) return body;
    const [list, items] = Object.entries(body).find(([, value]) => Array.isArray(value) && value.some(isWidget)) ?? [];
    if (isWidget(body)) return this.#formerOf(body, now) ?? body;
    if (list === undefined || !Array.isArray(items)) return body;
    const rewritten = items.map((item: Json) => this.#formerOf(item, now) ?? item);
    return rewritten.some((item, index) => item !== items[index]) ? { ...body, [list]: rewritten } : body;
  }

  #formerOf(item: Json, now: number): Json | undefined {
    const former = isWidget(item) ? this.#former.get(item.id) : undefined;
    return former && former.until > now ? (JSON.parse(former.text) as Json) : undefined;
  }
}

function parseBody(body: AnswerBody): Json | undefined {
  if (body === null || typeof body === "function") return undefined;
  return JSON.parse(typeof body === "string" ? body : utf8.decode(body)) as Json;
}

function isWidget(value: Json): value is { readonly id: string } {
  return isJsonObject(value) && typeof value["id"] === "string";
}
