import type { ConfigKeys } from "./command-line/config-file.ts";

/** The keys that lead to the section of each command in a config file. */
export const configKeys: ConfigKeys = {
  serve: true,
  ctl: true,
  contract: true,
  rehearse: true,
  coverage: true,
  proxy: true,
  listen: true,
  send: true,
  fixtures: { list: true, export: true, check: true },
};
