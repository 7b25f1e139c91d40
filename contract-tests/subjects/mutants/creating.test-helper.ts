import { mutant } from "../build.test-helper.ts";
import { bodyOf, isDone, type Widget, widgetIn } from "../call.test-helper.ts";
import { cells } from "../document.test-helper.ts";
import { afterwards, created, onOperation, refusal, refuse, rewriteWidget } from "../layer.test-helper.ts";
import { tooLateMs } from "../replica.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";

/** Bugs in how a widget comes to be. */
export const creatingMutants = [
  mutant({
    id: "create-wants-a-display-mode",
    rule: "CREATE-1",
    says: "A create without a display_mode is refused.",
    layer: () => refuse("createWidget", (call) => !("display_mode" in bodyOf(call))),
    shows: async (user) => (await user.create()).status === 400,
  }),
  mutant({
    id: "create-wants-plain-letters",
    rule: "CREATE-1",
    says: "A create with a name that is not ASCII is refused.",
    alsoBreaks: ["OBJ-3"],
    layer: () => refuse("createWidget", (call) => /[^\p{ASCII}]/u.test(String(bodyOf(call)["name"]))),
    shows: async (user) => (await user.create({ name: "Café" })).status === 400,
  }),
  mutant({
    id: "second-of-a-site-fails",
    rule: "CREATE-1",
    says: "A second create for a site is answered 500.",
    layer: () => {
      const sites = new Set<unknown>();
      return onOperation("createWidget", async (call, next) => {
        const { site_url: site } = bodyOf(call);
        if (sites.has(site)) return refusal(500, "internal");
        const reply = await next(call);
        if (isDone(reply)) sites.add(site);
        return reply;
      });
    },
    shows: async (user) => (await user.create()).status === 201 && (await user.create()).status === 500,
  }),
  mutant({
    id: "create-answers-without-an-id",
    rule: "CREATE-2",
    says: "The reply to a create holds the widget without its id.",
    alsoBreaks: ["OBJ-1", "OBJ-15"],
    layer: () => created(({ id, ...widget }) => widget),
    shows: async (user) => (await user.create()).body.id === undefined,
  }),
  mutant({
    id: "create-answers-a-slug",
    rule: "CREATE-2",
    says: "The reply to a create holds the name in small letters with hyphens.",
    alsoBreaks: ["OBJ-3"],
    layer: () => created((widget) => ({ ...widget, name: String(widget["name"]).toLowerCase().replaceAll(" ", "-") })),
    shows: async (user) => (await user.create()).body.name === "northwind",
  }),
  mutant({
    id: "create-answers-active",
    rule: "CREATE-3",
    says: "The reply to a create says active, though reads say draft.",
    alsoBreaks: ["LIFE-2", "LIFE-4"],
    layer: () => created((widget) => ({ ...widget, status: "active" })),
    shows: async (user) => {
      const { id, status } = (await user.create()).body;
      return status === "active" && (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "create-answers-crawling",
    rule: "CREATE-3",
    says: "The reply to a create says crawling.",
    layer: () => created((widget) => ({ ...widget, status: "crawling" })),
    shows: async (user) => (await user.create()).body.status === "crawling",
  }),
  mutant({
    id: "active-at-once",
    rule: "CREATE-3",
    says: "A widget is active from the first moment, while its site is being crawled.",
    alsoBreaks: ["LIFE-2", "UPDATE-7", "CREATE-5", "RECRAWL-1", "RECRAWL-3"],
    document: cells("createWidget", "new", { to: "active-recrawling" }),
    options: { dialect: { "A-EVENT-3": "every" } },
    shows: async (user) => (await user.create()).body.status === "active",
  }),
  mutant({
    id: "create-waits-for-the-crawl",
    rule: "CREATE-4",
    says: "The reply to a create comes when the crawl has ended.",
    options: { crawl: "30s" },
    layer: (memory) =>
      afterwards("createWidget", async (_, reply) => {
        const happened = () => memory.mock.clock.advance({ seconds: 0.5 }).happened;
        const isOver = () => happened().some(({ widget }) => widget === widgetIn(reply)?.["id"]);
        for (let waited = 0; waited < 120_000 && !isOver(); waited += 500);
        return undefined;
      }),
    shows: async (user) => (await user.get((await user.create()).body.id)).body.status === "active",
  }),
  mutant({
    id: "create-crawls-nothing",
    rule: "CREATE-5",
    says: "A widget becomes active after a while, but nobody has crawled its site.",
    alsoBreaks: ["RECRAWL-1", "RECRAWL-3", "RECRAWL-4", "DELETE-2"],
    layer: () => crawledAt(".empty.test"),
    shows: async (user) => (await user.inspect((await user.active()).body.id)).pages.length === 0,
  }),
  mutant({
    id: "draft-is-not-found",
    rule: "CREATE-6",
    says: "A draft cannot be fetched before it is active.",
    alsoBreaks: ["GET-1", "PATH-1", "LIST-4"],
    layer: () => onOperation("getWidget", withoutDrafts),
    shows: async (user) => (await user.get((await user.create()).body.id)).status === 404,
  }),
  mutant({
    id: "draft-is-not-listed",
    rule: "CREATE-6",
    says: "The list leaves drafts out.",
    alsoBreaks: ["SCOPE-3", "LIST-3"],
    layer: () => onOperation("listWidgets", withoutDrafts),
    shows: async (user) => (await user.entry((await user.create()).body.id)) === undefined,
  }),
  mutant({
    id: "listed-late",
    rule: "CREATE-6",
    says: "A new widget is listed ten seconds after its creation.",
    alsoBreaks: ["SCOPE-3", "LIST-3", "LIFE-1"],
    layer: (memory) =>
      onOperation(
        "listWidgets",
        rewriteWidget((widget, call) => (ageOf(widget, memory.now(call)) < tooLateMs ? undefined : widget)),
      ),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      user.wait(5000);
      return (await user.entry(id)) === undefined;
    },
  }),
];

const withoutDrafts = rewriteWidget((widget) => (widget["status"] === "draft" ? undefined : widget));

function ageOf(widget: Widget, now: number): number {
  return now - Date.parse(String(widget["created_at"]));
}
