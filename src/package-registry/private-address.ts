/**
 * Addresses that are not of the public internet, which an answer of an uplink must not lead to.
 *
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890); RFC 4291, section
 * 2.5.5.2 (IPv4 in IPv6); RFC 6052 (64:ff9b::/96); RFC 3056 (2002::/16).
 */

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

import type { NameLookup } from '../core/base/context.ts';

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

/**
 * Also in the forms of IPv6 that contain an IPv4 address, and the address of a metadata service
 * that is in no such network.
 */
const LINK_LOCAL: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['::ffff:a9fe:0', 112, 'ipv6'],
  ['64:ff9b::a9fe:0', 112, 'ipv6'],
  ['2002:a9fe::', 32, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
];
const linkLocal = new BlockList();
for (const [net, bits, family] of LINK_LOCAL) linkLocal.addSubnet(net, bits, family);

/**
 * Returns whether a numeric address is link-local, as that of the metadata service of a cloud is.
 */
export function isLinkLocalAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && linkLocal.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Finds all addresses of a name. */
export type ResolveName = (host: string) => Promise<readonly string[]>;

/** Asks the resolver of the system. */
export async function resolveName(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/**
 * The addresses of a host: numbers, or those of a name. Empty if the name has none that can be
 * found.
 */
export async function addressesOf(
  { hostname }: URL,
  resolve: ResolveName,
): Promise<readonly string[]> {
  const host = hostname.replace(/^\[(?<inner>.*)\]$/u, '$<inner>');
  if (isIP(host) !== 0) return [host];
  try {
    return await resolve(host);
  } catch {
    return [];
  }
}

/**
 * Returns whether the host of a URL is private, or may be: one of its addresses is private, or it
 * has none that can be found.
 */
export async function isPrivateHost(url: URL, resolve: ResolveName): Promise<boolean> {
  if (/(?:^|\.)(?:localhost|local|internal)\.?$/iu.test(url.hostname)) return true;
  const addresses = await addressesOf(url, resolve);
  return addresses.length === 0 || addresses.some(isPrivateAddress);
}

type LookUp = (host: string, options: { readonly all: true }) => Promise<readonly LookupAddress[]>;

/**
 * Makes the resolver of a connection, which refuses a name if one of its addresses is refused. A
 * name that was checked before can have other addresses when the connection is made. `lookUp` is
 * the resolver of the system by default.
 */
export function guardedLookup(
  isRefused: (address: string) => boolean,
  lookUp: LookUp = lookup,
): NameLookup {
  return (host, options, done) => {
    const answer = async (): Promise<readonly LookupAddress[]> => {
      const found = await lookUp(host, { ...options, all: true });
      const bad = found.find(({ address }) => isRefused(address));
      if (bad === undefined) return found;
      throw Object.assign(
        new Error(`"${host}" has the address ${bad.address}, which is in a private network`),
        { code: REFUSED },
      );
    };
    answer().then(
      (found) => {
        const [first] = found;
        if (options.all === true) done(null, [...found]);
        else done(null, first?.address ?? '', first?.family);
      },
      (error: unknown) => done(error as Error, ''),
    );
  };
}

/** The code of a name that does not exist, after which requests are not repeated. */
const REFUSED = 'ENOTFOUND';
