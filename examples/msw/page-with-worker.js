// The page of ../browser behind MSW's service worker: a mock in the page itself responds to its API requests.
import { setupWorker } from "msw/browser";
import { createMock } from "widgets-mock";
import { handlers } from "widgets-mock/msw";

const mock = createMock({ crawl: "reads:3" });
await setupWorker(...handlers(mock, { baseUrl: "https://api.example.com" })).start({ quiet: true });
await import("../browser/page/page.js");
