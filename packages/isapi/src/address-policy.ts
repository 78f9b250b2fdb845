import { BlockList, isIP } from "node:net";
import { IsapiError } from "./isapi-error.ts";

/** Says whether a camera may live at this IP address; asked again at each new connection (X4). */
export type AddressPolicy = (address: string) => boolean;

interface AddressPolicyOptions {
  /** CIDR ranges cameras may live in; empty for any private network. */
  networks?: readonly string[];
  /** Allow 127.0.0.0/8 and ::1, for simulators. */
  allowLoopback?: boolean;
}

/** RFC 1918, RFC 6598 (carriers and overlay networks) and RFC 4193. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];
const LOOPBACK = ["127.0.0.0/8", "::1/128"];
/** Unspecified, link-local with the cloud's metadata service, multicast, broadcast. */
const NEVER = ["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8"];
/** Metadata services that live outside the link-local range. */
const METADATA = ["100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128"];

/**
 * The usual policy: never metadata services, link-local or multicast; loopback only on request; otherwise the given
 * `networks`, or any private one. An address on the internet has to be named: who may add a camera must not make
 * the site send its credentials anywhere.
 * @throws {IsapiError} `bad_options` when a range is no CIDR
 */
export function createAddressPolicy(options: AddressPolicyOptions = {}): AddressPolicy {
  const refused = blockListOf([...NEVER, ...METADATA]);
  const loopback = blockListOf(LOOPBACK);
  const networks = options.networks ?? [];
  const allowed = blockListOf(networks.length > 0 ? networks : PRIVATE);
  return (address) => {
    // BlockList takes `::ffff:127.0.0.1` for the IPv4 address it is.
    const family = familyOf(address);
    if (!family || refused.check(address, family)) return false;
    if (loopback.check(address, family)) return options.allowLoopback ?? false;
    return allowed.check(address, family);
  };
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits = ""] = range.split("/");
    const family = familyOf(network);
    if (!family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === "ipv4" ? 32 : 128)) {
      throw new IsapiError("bad_options", `${range} is no network in CIDR form`);
    }
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : null;
}
