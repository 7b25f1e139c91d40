import type { Adapter, AdapterCommands } from "./adapter.ts";
import { requestTarget } from "./http/http-client.ts";
import type { Target } from "./target.ts";

/** How long a mock may take to answer, in milliseconds: moving its clock by hours takes some seconds. */
const answerMs = 10_000;
const advanceMs = 60_000;

/**
 * The adapter for our own mock, by HTTP alone; undefined where the target is none, or does not let its control plane be
 * used.
 */
export async function mockAdapter(target: Target): Promise<Adapter | undefined> {
  const clock = await ask(target, "GET", "/_mock/clock").catch(() => undefined);
  if (clock?.status !== 200 || typeof clock.body?.["running"] !== "boolean") return undefined;
  const { body: document } = await ask(target, "GET", "/openapi.json");
  const inspection = inspectionOf(target, clock.body["running"]);
  // A dialect may leave the visitor's side out.
  const paths = Object.keys((document?.["paths"] as object | undefined) ?? {});
  const commands = commandsOf(target, clock.body["running"]);
  const hasVisitors = paths.some((path) => path.endsWith("/conversations"));
  return { ...inspection, ...(hasVisitors ? visitorOf(target) : {}), commands };
}

/** What the members do, as commands for a shell. */
function commandsOf({ baseUrl }: Target, isRunning: boolean): AdapterCommands {
  const key = '-H "Authorization: Bearer $WIDGETS_API_KEY"';
  const visitor = `${baseUrl}/api/v1/public/widgets/{id}`;
  const post = (path: string, body: string, flags: string) =>
    `curl -s ${flags} -H 'Content-Type: application/json' -d '${body}' "${path}"`;
  return {
    loadWidget: `curl -si -w '\\n' "${visitor}/config"`,
    startConversation: post(`${visitor}/conversations`, "{}", "-i -w '\\n'"),
    visibleIndex:
      `TALK=$(${post(`${visitor}/conversations`, "{}", "")}); curl -s -w '\\n' ` +
      `-H "Authorization: Bearer $(echo "$TALK" | jq -r .token)" "${visitor}/conversations/$(echo "$TALK" | jq -r .id)"`,
    changeSite: post(`${baseUrl}/_mock/sites/change`, '{"site_url":"{siteUrl}"}', `-o /dev/null ${key}`),
    remains: `curl -s -w '\\n' ${key} "${baseUrl}/_mock/widgets/{id}"`,
    ...(isRunning
      ? {}
      : { advance: post(`${baseUrl}/_mock/clock/advance`, '{"seconds":{seconds}}', `-o /dev/null ${key}`) }),
  };
}

function visitorOf(target: Target): Adapter {
  const visitor = (id: string) => `/api/v1/public/widgets/${id}`;
  const read = async (id: string, conversationId: string, token: string) =>
    (await ask(target, "GET", `${visitor(id)}/conversations/${conversationId}`, undefined, token)).body;
  const start = (id: string) => ask(target, "POST", `${visitor(id)}/conversations`, {}, "");
  /** The visitor's token of each conversation, to read it again. */
  const tokens = new Map<string, string>();
  return {
    async loadWidget(id) {
      const { status, body } = await ask(target, "GET", `${visitor(id)}/config`, undefined, "");
      // What a page embeds names the widget, and nothing else is known of it.
      return { loads: status === 200, snippet: `<script data-widget="${body?.["id"]}">` };
    },
    async startConversation(id) {
      const { status, body } = await start(id);
      if (status >= 300 || body === undefined) return { started: false };
      tokens.set(String(body["id"]), String(body["token"]));
      const { persona, voice } = (await read(id, String(body["id"]), String(body["token"]))) ?? {};
      return { started: true, conversationId: String(body["id"]), persona: String(persona), voice: String(voice) };
    },
    async readConversation(id, conversationId) {
      const { persona, voice } = (await read(id, conversationId, tokens.get(conversationId) ?? "")) ?? {};
      return persona === undefined ? undefined : { persona: String(persona), voice: String(voice) };
    },
    async visibleIndex(id) {
      const { status, body } = await start(id);
      if (status >= 300) throw new Error(`no conversation could be started to see the index (${status})`);
      return String((await read(id, String(body?.["id"]), String(body?.["token"])))?.["index"]);
    },
  };
}

function inspectionOf(target: Target, isRunning: boolean): Adapter {
  return {
    crawlsAnySite: true,
    async changeSite(siteUrl) {
      await ask(target, "POST", "/_mock/sites/change", { site_url: siteUrl });
    },
    async remains(id) {
      const { body = {} } = await ask(target, "GET", `/_mock/widgets/${id}`);
      const count = (name: string) => (Array.isArray(body[name]) ? body[name].length : 0);
      return {
        pages: count("pages"),
        conversations: count("conversations"),
        domains: count("domains"),
        tools: count("tools"),
        usageRecords: count("usage_records"),
      };
    },
    async subscribe(url, secret) {
      const { status, body } = await ask(target, "POST", "/_mock/webhooks", { url, secret });
      if (status >= 300) throw new Error(`the mock takes no address for webhooks (${status})`);
      return async () => void (await ask(target, "DELETE", `/_mock/webhooks/${body?.["id"]}`));
    },
    ...(isRunning
      ? {}
      : {
          now: async () => String((await ask(target, "GET", "/_mock/clock")).body?.["now"]),
          advance: async (milliseconds: number) => {
            await ask(target, "POST", "/_mock/clock/advance", { seconds: milliseconds / 1000 });
          },
        }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: { readonly [member: string]: unknown } | undefined;
}

/**
 * @throws Error where the answer says nothing of what was asked: too many requests, or the service failed
 * @param token a visitor's; "" for a visitor without one, undefined for the organization's own credential
 */
async function ask(target: Target, method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const authorization =
    token === undefined ? target.credential : token === "" ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...target.headers, ...authorization };
  const { status, text } = await requestTarget(target, {
    ...{ method, path, timeoutMs: () => (path.endsWith("/advance") ? advanceMs : answerMs) },
    headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (status === 429 || status >= 500) throw new Error(`${method} ${path}: ${status}`);
  return { status, body: text.startsWith("{") ? JSON.parse(text) : undefined };
}
