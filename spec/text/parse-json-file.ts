/**
 * Parses a file.
 * @throws RangeError for text that is not JSON
 */
export function parseJsonFile(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}
