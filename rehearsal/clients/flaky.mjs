// A suite that fails every other time, whatever the API does.
import { existsSync, rmSync, writeFileSync } from "node:fs";

const { WIDGETS_API_URL: url, WIDGETS_API_KEY: key, FLAKY_FILE: file } = process.env;
await fetch(`${url}/api/v1/widgets`, { headers: { authorization: `Bearer ${key}` } }).catch(() => undefined);
if (existsSync(file)) {
  rmSync(file);
  console.error("it failed again");
  process.exit(1);
}
writeFileSync(file, "");
