// The page of ../browser with MSW's worker before it: what it asks the API, a mock in the page itself answers.
import { setupWorker } from "msw/browser";
import { createMock } from "widgets-mock";
import { handlers } from "widgets-mock/msw";

const mock = createMock({ crawl: "reads:3" });
await setupWorker(...handlers(mock, { baseUrl: "https://api.example.com" })).start({ quiet: true });
await import("../browser/page/page.js");
