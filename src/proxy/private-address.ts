/**
 * Addresses that are not of the public internet, which an answer of an uplink must not lead to.
 *
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890); RFC 4291, section 2.5.5.2 (IPv4 in IPv6); RFC 6052
 * (64:ff9b::/96); RFC 3056 (2002::/16).
 */

import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** All that is not global unicast, and forms that contain an IPv4 address. */
const PUBLIC_IPV6 = ['2000::', 3] as const;
const PRIVATE_IPV6: readonly (readonly [string, number])[] = [
  ['2001:db8::', 32],
  ['2001::', 23],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateAddresses = new BlockList();
for (const [net, bits] of PRIVATE_IPV4) privateAddresses.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_IPV6) privateAddresses.addSubnet(net, bits, 'ipv6');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet(PUBLIC_IPV6[0], PUBLIC_IPV6[1], 'ipv6');

/** Returns whether a numeric address is private, local, or of no public use. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return privateAddresses.check(address, 'ipv4');
  if (family !== 6) return true;
  return !publicIpv6.check(address, 'ipv6') || privateAddresses.check(address, 'ipv6');
}

/** Finds all addresses of a name. */
export type ResolveName = (host: string) => Promise<readonly string[]>;

/** Asks the resolver of the system. */
export async function resolveName(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/**
 * Returns whether the host of a URL is private, or may be: one of its addresses is private, or it
 * has none that can be found.
 */
export async function isPrivateHost({ hostname }: URL, resolve: ResolveName): Promise<boolean> {
  const host = hostname.replace(/^\[(?<inner>.*)\]$/u, '$<inner>');
  if (isIP(host) !== 0) return isPrivateAddress(host);
  if (/(?:^|\.)(?:localhost|local|internal)\.?$/iu.test(host)) return true;
  try {
    const addresses = await resolve(host);
    return addresses.length === 0 || addresses.some(isPrivateAddress);
  } catch {
    return true;
  }
}
