import type { Adapter } from "./adapter.ts";
import type { Means } from "./history/record.ts";
import type { RunSettings } from "./options.ts";
import type { Fields, Target } from "./target.ts";

/** What a run is given, without a secret. */
export function meansOf(target: Target, { effort, maxWidgets, reception, rules, replay }: RunSettings): Means {
  const { credential, secondCredential, headers = {}, adapter = {}, connection = {} } = target;
  return {
    effort,
    maxWidgets,
    ...(rules ? { rules } : {}),
    ...(replay ? { isReplay: true } : {}),
    credential: withoutSecrets(credential),
    ...(secondCredential ? { secondCredential: withoutSecrets(secondCredential) } : {}),
    headers,
    adapter: membersOf(adapter),
    listens: reception !== undefined,
    ...(connection.curlOptions === undefined ? {} : { curlOptions: connection.curlOptions }),
    ...(connection.isInsecure ? { isInsecure: true } : {}),
    ...(adapter.commands ? { commands: adapter.commands } : {}),
  };
}

/** The word that says what kind of secret follows, such as Bearer; nothing of the secret. */
function withoutSecrets(fields: Fields): Fields {
  const schemeOf = (value: string) => /^(Bearer|Basic|Token|ApiKey) \S/i.exec(value)?.[1] ?? "";
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, schemeOf(value)]));
}

/** Every member that an adapter can have; one that is left out does not compile. */
const members: { readonly [member in Exclude<keyof Adapter, "commands">]: true } = {
  crawlsAnySite: true,
  loadWidget: true,
  startConversation: true,
  readConversation: true,
  visibleIndex: true,
  changeSite: true,
  remains: true,
  advance: true,
  now: true,
  subscribe: true,
};

function membersOf(adapter: Adapter): string[] {
  // A class has its members on its prototype, where they cannot be listed.
  return (Object.keys(members) as (keyof Adapter)[]).filter((name) => adapter[name] !== undefined);
}
