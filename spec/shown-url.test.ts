import { expect, test } from "vitest";
import { withoutPasswords } from "./shown-url.ts";

test.each([
  ["https://me:hunter2@host.example/a@b", "https://[redacted]@host.example/a@b"],
  ["HTTP://me@host.example", "HTTP://[redacted]@host.example"],
  ["https://me:hunter@2@host.example/", "https://[redacted]@host.example/"],
  ["ftp://me:hunter2@host.example", "ftp://[redacted]@host.example"],
  ["http:/me:hunter2@host.example", "http:/[redacted]@host.example"],
  ["a slash in it: https://me:hunt/er2@host.example", "a slash in it: https://[redacted]@host.example"],
  [
    "a port that is none: http://me:hunter2@host:99999 fails",
    "a port that is none: http://[redacted]@host:99999 fails",
  ],
  ['{"a":"http://me:hunter2@h","mail":"a@b.example"}', '{"a":"http://[redacted]@h","mail":"a@b.example"}'],
  ['{"a":"http:\\/\\/me:hunter2@h"}', '{"a":"http:\\/\\/[redacted]@h"}'],
  ["http://me:hunter2@a and http://me:hunter2@b", "http://[redacted]@a and http://[redacted]@b"],
])("%s is shown without its password", (text, shown) => {
  expect(withoutPasswords(text)).toBe(shown);
});

test.each([
  "http://host.example/@scope/package?to=a@b.example#c@d",
  "mailto:a@b.example",
  "a@b",
  "http://host.example",
])("%s is shown as it is", (text) => {
  expect(withoutPasswords(text)).toBe(text);
});
