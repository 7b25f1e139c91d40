import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { BlockList, isIP } from "node:net";

/** Looks up the addresses of a host name, as `dns.lookup` with `all` does. */
export type AddressLookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Networks that a webhook must not reach on behalf of a stranger (IANA's special-purpose registries, RFC 6890): this
 * machine, private and link-local networks, multicast, and what is reserved. Clouds have their metadata at link-local and
 * unique local addresses, but for those that follow.
 */
const refusedNetworks = {
  ipv4: [
    ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
    ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
    ...["224.0.0.0/4", "240.0.0.0/4"],
    // Azure's wire server has a public address.
    "168.63.129.16/32",
  ],
  // Only 2000::/3 is in use for hosts anywhere. Within it: Teredo and others, documentation, and 6to4.
  ipv6: ["::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
} as const;

/** Thrown for a receiver at an address that is refused. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";

  /** Says nothing of the address, so that nobody learns what the names of the network lead to. */
  constructor() {
    super("the receiver's address is not public; whoever runs this mock can allow it with --webhook-allow");
  }
}

/** The addresses that webhooks may be sent to. */
export class AddressPolicy {
  readonly #refused = listsOf([...refusedNetworks.ipv4, ...refusedNetworks.ipv6]);
  readonly #allowed: AddressLists;

  /** @param allow networks that may be reached besides public ones, such as `10.1.0.0/16` */
  constructor(allow: readonly string[]) {
    this.#allowed = listsOf(allow);
  }

  /** True for an address that may be reached; one that is no address may not. */
  allows(address: string): boolean {
    const plain = address.replace(/%.*$/, "");
    const version = isIP(plain);
    if (version === 0) return false;
    // An IPv4 address in IPv6 is that address (RFC 4291, section 2.5.5.2).
    const checked = version === 6 ? (mappedIpv4(plain) ?? plain) : plain;
    const family = checked.includes(":") ? "ipv6" : "ipv4";
    return this.#allowed[family].check(checked, family) || !this.#refused[family].check(checked, family);
  }
}

/** Apart, since a list compares the addresses of one family with the networks of the other. */
type AddressLists = { readonly [family in "ipv4" | "ipv6"]: BlockList };

function listsOf(networks: readonly string[]): AddressLists {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = "", length] = network.split("/");
    const family = address.includes(":") ? "ipv6" : "ipv4";
    lists[family].addSubnet(address, Number(length ?? (family === "ipv4" ? 32 : 128)), family);
  }
  return lists;
}

/** The IPv4 address in `::ffff:a.b.c.d`, however it is written. */
function mappedIpv4(address: string): string | undefined {
  const { hostname } = new URL(`http://[${address}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bytes = [high, low].map((part) => Number.parseInt(part, 16)).flatMap((part) => [part >> 8, part & 255]);
  return bytes.join(".");
}

/**
 * Makes a lookup that gives only addresses that may be reached. The connection is opened to what it gives, so that a name
 * cannot lead elsewhere between the check and the connection.
 */
export function guardedLookup(policy: AddressPolicy, lookup: AddressLookup = systemLookup) {
  return (
    hostname: string,
    options: LookupOptions,
    callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => policy.allows(address));
      const [first] = allowed;
      if (!first) return callback(new AddressRefused(), []);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
