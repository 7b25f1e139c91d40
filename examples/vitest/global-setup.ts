import { startMock } from "widgets-mock/vitest/setup";

/** One mock for all tests, with a manual clock, in which a crawl takes as long as the documentation says. */
export default startMock({ crawl: "30s-60s" });
