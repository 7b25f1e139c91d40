// A page that creates an assistant and tries it out. The API and the key are in its address: ?api=<base url>&key=<key>
const settings = new URLSearchParams(location.search);
const api = settings.get("api");
const pollMs = 100;
const deadlineMs = 10 * 60_000;

const byId = (id) => document.getElementById(id);
const show = (id, text) => {
  byId(id).textContent = text;
};

async function call(method, path, { key, body } = {}) {
  const headers = { ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(`${api}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const content = await response.json();
  if (!response.ok) throw new Error(`${content.code} (${response.headers.get("Request-Id")})`);
  return content;
}

async function createAndWait() {
  const key = settings.get("key");
  const domains = byId("domains").value.split(/[ ,]+/).filter(Boolean);
  const body = { name: byId("name").value, site_url: byId("site").value, ...(domains.length > 0 ? { domains } : {}) };
  let widget = await call("POST", "/widgets", { key, body });
  show("status", widget.status);
  const deadline = Date.now() + deadlineMs;
  // A widget whose first crawl fails never becomes active.
  while (widget.status === "draft" && widget.last_crawl?.status !== "failed" && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    widget = await call("GET", `/widgets/${widget.id}`, { key });
  }
  if (widget.status === "draft") throw new Error("the site could not be crawled");
  show("status", widget.status);
  return widget.id;
}

/** Does what the embedded widget does, without a key: draws itself, and starts a conversation when it is clicked. */
async function preview(id) {
  const config = await call("GET", `/public/widgets/${id}/config`);
  show("preview", config.intro_title);
  const button = byId("start");
  show("start", config.button_label);
  button.hidden = !config.can_start;
  button.onclick = () =>
    orShow("conversation", async () => {
      const { expires_at } = await call("POST", `/public/widgets/${id}/conversations`);
      show("conversation", `started, until ${expires_at}`);
    });
}

async function orShow(place, act) {
  try {
    await act();
  } catch (error) {
    show(place, error.message);
  }
}

byId("create").onsubmit = (event) => {
  event.preventDefault();
  orShow("status", async () => preview(await createAndWait()));
};
// From here on, the form has its handler.
byId("create").querySelector("button").disabled = false;
