import { createServer } from "node:http";
import pg from "pg";

/*
 * The least that a server can do for a create that is committed before it is answered, and for a read that sees what every
 * other process has committed: one row is inserted, or read, by one prepared statement.
 */

const replies = JSON.parse(process.env.BENCH_REPLIES, (key, value) => (key === "body" ? Buffer.from(value) : value));
const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE });

await pool.query("create table bare_widgets (id bigint generated always as identity primary key, json text not null)");
await pool.query("insert into bare_widgets (json) values ($1)", [replies.getOne.body.toString()]);

const insert = { name: "insert", text: "insert into bare_widgets (json) values ($1) returning id" };
const read = { name: "read", text: "select json from bare_widgets where id = $1" };

async function answer(request, body) {
  if (request.method === "POST") {
    JSON.parse(body);
    await pool.query({ ...insert, values: [body] });
    return replies.create;
  }
  const { rows } = await pool.query({ ...read, values: [1] });
  return { ...replies.getOne, body: rows[0].json };
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", async () => {
    const reply = await answer(request, body);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
});

server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
