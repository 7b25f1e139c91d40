// An adapter for `widgets-mock contract`: it shows the contract tests what the API does not. As it stands it works with
// widgets-mock itself; replace the addresses by those of your staging. Every member is optional: delete those that you
// cannot offer, and the rules that need them are not observed.
//
//   npx widgets-mock contract <base-url> --adapter ./adapter.mjs

/** Time after which a request is given up; the contract tests give each member a minute. */
const timeoutMs = 20_000;

/**
 * @param {{ baseUrl: string, apiKey: string }} target the server and the key that the contract tests use
 * @returns {import("widgets-mock/contract").Adapter}
 */
export default function adapter({ baseUrl, apiKey }) {
  /** Sends a request. It follows no redirect: the key must not go to another server. */
  async function send(method, path, { body, token } = {}) {
    const response = await fetch(baseUrl + path, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A server that is busy shows nothing: throwing makes it an error of the adapter and not a finding.
    if (response.status === 429 || response.status >= 500) throw new Error(`${method} ${path}: ${response.status}`);
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : undefined };
  }

  /** Where visitors reach a widget. */
  const visitor = (id) => `/api/v1/public/widgets/${encodeURIComponent(id)}`;

  /** Starts a conversation as a visitor does, and reads what it was given. */
  async function converse(id) {
    const { status, body } = await send("POST", `${visitor(id)}/conversations`, { body: {} });
    if (status >= 300) return undefined;
    const read = await send("GET", `${visitor(id)}/conversations/${body.id}`, { token: body.token });
    return { ...read.body, id: body.id, token: body.token };
  }

  /** The visitor's token of each conversation, to read it again. */
  const tokens = new Map();

  return {
    // Set this if your server can crawl any host, reserved names such as left-alone.example as well. Then --site is not
    // needed. A real crawler cannot.
    crawlsAnySite: true,

    // PAUSE-3, PAUSE-5: whether the widget loads on a website, and the script tag that a page embeds, if you can tell it.
    async loadWidget(id) {
      const { status, body } = await send("GET", `${visitor(id)}/config`);
      return { loads: status === 200, snippet: `<script data-widget="${body?.id}"></script>` };
    },

    // PAUSE-4, PAUSE-6, UPDATE-6, RECRAWL-5, DELETE-9: whether a visitor can start a conversation, and the persona and
    // voice that it has, if you can tell them.
    async startConversation(id) {
      const conversation = await converse(id);
      if (conversation === undefined) return { started: false };
      tokens.set(conversation.id, conversation.token);
      return {
        started: true,
        conversationId: conversation.id,
        persona: conversation.persona,
        voice: conversation.voice,
      };
    },

    // The same conversation later: undefined if it is gone.
    async readConversation(id, conversationId) {
      const path = `${visitor(id)}/conversations/${encodeURIComponent(conversationId)}`;
      const { status, body } = await send("GET", path, { token: tokens.get(conversationId) });
      return status === 200 ? { persona: body.persona, voice: body.voice } : undefined;
    },

    // RECRAWL-3, RECRAWL-4: any text that names the content which visitors get now, such as a version or a hash.
    async visibleIndex(id) {
      const conversation = await converse(id);
      if (conversation === undefined) throw new Error("no conversation could be started to see the index");
      return String(conversation.index);
    },

    // RECRAWL-1, RECRAWL-3, RECRAWL-4: changes the content of a site to something new, so that a recrawl has a result.
    async changeSite(siteUrl) {
      await send("POST", "/_mock/sites/change", { body: { site_url: siteUrl }, token: apiKey });
    },

    // CREATE-5, LIFE-2, DELETE-2 to DELETE-5, DELETE-7: how much a widget has of each, also once it was deleted.
    async remains(id) {
      const { body } = await send("GET", `/_mock/widgets/${encodeURIComponent(id)}`, { token: apiKey });
      const count = (name) => body?.[name]?.length ?? 0;
      return {
        pages: count("pages"),
        conversations: count("conversations"),
        domains: count("domains"),
        tools: count("tools"),
        usageRecords: count("usage_records"),
      };
    },

    // EVENT-1 to EVENT-3: sends the organization's webhooks to an address, signed with a secret. The function that it
    // returns ends that. Delete this if the server cannot reach the machine that the contract tests run on; there are
    // --webhook-port and --webhook-public-url.
    async subscribe(url, secret) {
      const { status, body } = await send("POST", "/_mock/webhooks", { body: { url, secret }, token: apiKey });
      if (status >= 300) throw new Error(`no webhook could be subscribed: ${status}`);
      return async () => void (await send("DELETE", `/_mock/webhooks/${body.id}`, { token: apiKey }));
    },

    // With a test clock, add `async now()`, the time on it (RFC 3339), and `async advance(milliseconds)`, which moves it.

    // What the members do as commands for a shell, so that a reproduction can be pasted.
    commands: {
      loadWidget: `curl -si -w '\\n' "${baseUrl}/api/v1/public/widgets/{id}/config"`,
      startConversation: `curl -si -w '\\n' -X POST -H 'Content-Type: application/json' -d '{}' "${baseUrl}/api/v1/public/widgets/{id}/conversations"`,
    },
  };
}
