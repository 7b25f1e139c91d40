import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { noFigures, Partner } from "./partner.ts";
import { Receiver } from "./receiver.ts";

test("what a mock was sending when it was killed is no event, and ends nothing", async () => {
  const receiver = new Receiver([new Partner("http://127.0.0.1:1", "sk_test_north", noFigures())]);
  const { port, hostname, origin } = new URL(await receiver.listen());
  const failures: unknown[] = [];
  const note = (error: unknown) => void failures.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  const killed = connect(Number(port), hostname);
  await once(killed, "connect");
  killed.write("POST /sk_test_north HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n");
  // The receiver reads it.
  await once(killed, "data");
  killed.destroy();
  const answer = await fetch(`${origin}/nobody`, {
    method: "POST",
    body: JSON.stringify({ type: "widget.ready", data: {} }),
  });
  expect(answer.status).toBe(204);
  expect(failures).toEqual([]);
  expect(receiver.received).toBe(1);
  await receiver.close();
});
