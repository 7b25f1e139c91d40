import { open } from "node:fs/promises";
import { createServer } from "node:http";

/*
 * The least that a server can do for a create that is on the disk before it is answered: read and parse the body, append a
 * line to a file, and answer when it is synced. Requests that arrive together share a write, as in the mock.
 */

const { create } = JSON.parse(process.env.BENCH_REPLIES, (key, value) => (key === "body" ? Buffer.from(value) : value));
const file = await open(process.env.BENCH_FILE, "a");

let waiting = [];
let lines = [];
let isWriting = false;

async function write() {
  while (waiting.length > 0) {
    const [answered, text] = [waiting, lines.join("")];
    waiting = [];
    lines = [];
    await file.write(text);
    await file.datasync();
    for (const answer of answered) answer();
  }
  isWriting = false;
}

function commit(line, answer) {
  waiting.push(answer);
  lines.push(line);
  if (isWriting) return;
  isWriting = true;
  setImmediate(write);
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const answer = () => {
      response.writeHead(create.status, create.headers);
      response.end(create.body);
    };
    if (body === "") answer();
    else commit(`${JSON.stringify(JSON.parse(body))}\n`, answer);
  });
});

server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
