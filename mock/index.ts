export { DialectError } from "../spec/dialect.ts";
export { createMock, type Mock, type MockClock, type MockWorld, version } from "./mock.ts";
export type { Observer } from "./observer.ts";
export { type MockOptions, OptionError } from "./options.ts";
export type { JournalEntry } from "./world/journal.ts";
export type { Happening } from "./world/world.ts";
