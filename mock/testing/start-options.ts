import type { MockOptions } from "../options.ts";

/** How the mock of a run is made. Each test has a key and the controls of its own, so there is no option for those. */
export type StartOptions = Omit<MockOptions, "apiKeys" | "controlToken">;
