import { ControlError } from "../../mock/controls/control-error.ts";
import { remoteControls } from "../../mock/testing/remote-controls.ts";
import type { RemoteMock } from "../../mock/testing/remote-mock.ts";
import { type Invocation, UsageError } from "../command-line/command.ts";
import type { FlagValues } from "../command-line/flag.ts";
import type { VerbName } from "./ctl-commands.ts";
import type { ctlFlags } from "./ctl-flags.ts";
import { followEvents } from "./follow-events.ts";
import { verbs } from "./verbs.ts";

type CtlFlags = FlagValues<typeof ctlFlags>;

/** Controls a running mock, and prints its response. */
export async function runVerb(name: VerbName, { flags, cwd, stdout }: Invocation): Promise<undefined> {
  const { json, url, apiKey, controlToken } = flags as CtlFlags;
  const { run, text } = verbs[name];
  const print = (line: string) => void stdout.write(`${line}\n`);
  const remote = { url, apiKey, controlToken };
  try {
    if ((flags as { readonly follow?: boolean }).follow) return await followEvents(remote, json, print);
    const output = await run(remoteControls(remote), flags, cwd);
    print(json ? JSON.stringify(output) : text(output, flags));
  } catch (error) {
    throw explainControlError(error, remote);
  }
}

/**
 * An error of a mock that is controlled, in the words of the command line.
 * @param urlFlag the flag that names the mock
 */
export function explainControlError(error: unknown, { url }: RemoteMock, urlFlag = "--url"): unknown {
  if (error instanceof UsageError) return error;
  if (error instanceof ControlError) return new Error(adviceFor(error, url) ?? error.message);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new Error(
      `nothing listens at ${url}; start the mock with "widgets-mock serve", or pass its URL as ${urlFlag}`,
    );
  }
  return error;
}

function adviceFor({ code }: ControlError, url: string): string | undefined {
  const how = "pass --control-token or set WIDGETS_MOCK_CONTROL_TOKEN";
  switch (code) {
    case "control_token_needed":
      return `the mock at ${url} needs a control token; ${how}`;
    case "control_token_wrong":
      return `the mock at ${url} rejects this control token; ${how}`;
    case "admin_needed":
      return `this command concerns every organization of the mock at ${url}, and needs its control token; ${how}`;
    case "key_needed":
      return "this command acts on one organization; pass --api-key or set WIDGETS_API_KEY";
    default:
      return undefined;
  }
}
