import { createServer } from "node:http";

/*
 * The least that a server in JavaScript can do for these requests: read the body, parse it when there is one, send the
 * bytes it was given. It is plain JavaScript because it is started as plain `node`, with no loader to slow its start.
 */

const { getOne, list, create, patch } = JSON.parse(process.env.BENCH_REPLIES, (key, value) =>
  key === "body" ? Buffer.from(value) : value,
);

/** The choice by method and path is the whole of its routing; whatever it leaves out counts against the others. */
function replyTo(request) {
  if (request.method === "POST") return create;
  if (request.method === "PATCH") return patch;
  return request.url.startsWith("/api/v1/widgets/") ? getOne : list;
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    if (body !== "") JSON.parse(body);
    const reply = replyTo(request);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
});

server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
