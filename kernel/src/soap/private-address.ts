/**
 * Rule: the platform does not call addresses that only its own network can reach (server-side request forgery). Refused are loopback,
 * link-local, private, shared, multicast and reserved ranges of IPv4 and IPv6, also when an IPv6 address carries an IPv4 one, and names that
 * always mean the own machine or network. Other names say nothing before they are resolved: what DNS answers is checked with the same rule
 * when the call is made. Source: IANA special-purpose address registries (RFC 6890), RFC 6761, RFC 8375.
 */
import { BlockList, isIP } from 'node:net';

const IPV4_RANGES: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const IPV6_RANGES: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];
/** Prefixes after which an IPv4 address follows, and how many bits they take: mapped, compatible, NAT64, 6to4. */
const CARRIERS: readonly (readonly [string, number])[] = [
  ['::ffff:', 96],
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002:', 16],
];
const OWN_NAMES = /(^|\.)(localhost|local|internal|home\.arpa|localdomain|lan|intranet)\.?$/;

const privateRanges = makePrivateRanges();

function makePrivateRanges(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of IPV4_RANGES) {
    list.addSubnet(network, bits, 'ipv4');
    for (const [carrier, offset] of CARRIERS) list.addSubnet(carried(carrier, network), offset + bits, 'ipv6');
  }
  for (const [network, bits] of IPV6_RANGES) list.addSubnet(network, bits, 'ipv6');
  return list;
}

/** The IPv6 address in which an IPv4 one is carried behind the prefix. */
function carried(prefix: string, ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  const words = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return prefix === '2002:' ? `2002:${words}::` : `${prefix}${words}`;
}

/**
 * Whether a host is only reachable from inside: an IP address (IPv6 with or without brackets) or a name, as `URL.hostname` writes it.
 * False for any other name: resolve it and ask again with the addresses.
 */
export function isPrivateAddress(host: string): boolean {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const address = bare.split('%')[0] ?? '';
  const version = isIP(address);
  if (version === 4) return privateRanges.check(address, 'ipv4');
  if (version === 6) return privateRanges.check(address, 'ipv6');
  return address === '' || OWN_NAMES.test(address.toLowerCase()) || !address.includes('.');
}
