import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { createControlClient, outputOf } from "../../mock/testing/remote-controls.ts";
import type { RemoteMock } from "../../mock/testing/remote-mock.ts";
import type { StreamEvent } from "../../mock/world/happening.ts";
import { happening, request } from "./ctl-text.ts";

/** Prints the event stream of a mock until it ends. */
export async function followEvents(
  remote: RemoteMock,
  json: boolean,
  print: (line: string) => void,
): Promise<undefined> {
  const response = createControlClient(remote).GET("/_mock/events", { parseAs: "stream" });
  const stream = (await outputOf(response, remote.url)) as unknown as Readable;
  for await (const line of createInterface({ input: stream })) {
    const data = line.startsWith("data: ") ? line.slice("data: ".length) : undefined;
    if (data === undefined) continue;
    const event: StreamEvent = JSON.parse(data);
    if (json) print(data);
    else print(event.type === "request.answered" ? request(event) : happening(event));
  }
}
