import { startMock } from "widgets-mock/vitest/setup";

/** One mock for all tests. Its clock stands, and a crawl takes what the documentation says that it takes. */
export default startMock({ crawl: "30s-60s" });
