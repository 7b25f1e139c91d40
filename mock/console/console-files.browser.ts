import type { ConsoleFiles } from "./console-files.ts";

/** It takes the place of the module for Node, so it has that one's name. */
export { noConsoleFiles as readConsoleFiles };

/** In a browser there is no console: nobody could open it. */
function noConsoleFiles(): ConsoleFiles {
  return {};
}
