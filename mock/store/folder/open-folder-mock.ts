import type { MockOptions } from "../../options.ts";
import { openMockWith, type StoredMock } from "../open-mock.ts";
import { openFolder } from "./folder-store.ts";

/** Options of a mock whose state is in a folder. */
export interface FolderMockOptions extends MockOptions {
  /** The folder, which is created if there is none. One process has it at a time. */
  readonly state: string;
}

/**
 * Opens a mock whose state outlives its process. Responses are sent after what they tell of is on the disk; what its own
 * controls do is there with the next of them, and after `close` in any case. The seed, the clock and what new organizations
 * start with are part of the state: for one that exists, these options apply after a reset.
 * @throws OptionError or DialectError; StoreError if the folder is in use, or cannot be read by this mock
 */
export function openMock({ state, ...options }: FolderMockOptions): Promise<StoredMock> {
  return openMockWith(openFolder(state), options);
}
