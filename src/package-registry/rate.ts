/** Counts of what clients do within a minute. */

import { isIPv4, isIPv6 } from 'node:net';

/** Counts by client within windows of a minute, which begin with the first count of a client. */
export interface MinuteCounts {
  /** Adds one. */
  add(client: string, now: number): void;
  /**
   * Returns the count of the window that `now` is in. `now` is in milliseconds since the Unix
   * epoch.
   */
  of(client: string, now: number): number;
}

const WINDOW_MS = 60_000;
/**
 * As many clients are counted at one time; the one whose window is the oldest is forgotten first.
 */
const MAX_CLIENTS = 10_000;

/** Makes counts that are zero. */
export function createMinuteCounts(): MinuteCounts {
  const windows = new Map<string, { count: number; readonly since: number }>();
  const current = (client: string, now: number): { count: number } | undefined => {
    const known = windows.get(client);
    return known === undefined || Math.abs(now - known.since) >= WINDOW_MS ? undefined : known;
  };
  return {
    add: (client, now) => {
      const known = current(client, now);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      windows.delete(client);
      const [oldest] = windows.size >= MAX_CLIENTS ? windows.keys() : [];
      if (oldest !== undefined) windows.delete(oldest);
      windows.set(client, { count: 1, since: now });
    },
    of: (client, now) => current(client, now)?.count ?? 0,
  };
}

const MAPPED = '::ffff:';
const NETWORK_PARTS = 4;

/**
 * Returns the client of an address: an IPv4 address as it is, and the network of 64 bits of an IPv6
 * address, because one machine has all addresses of it (RFC 4291, section 2.5.4).
 */
export function clientOfAddress(address: string): string {
  if (last?.address !== address) last = { address, client: readAddress(address) };
  return last.client;
}

/** Each request asks several times. */
let last: { readonly address: string; readonly client: string } | undefined;

function readAddress(address: string): string {
  const plain = address.toLowerCase();
  const mapped = plain.startsWith(MAPPED) ? plain.slice(MAPPED.length) : plain;
  if (isIPv4(mapped)) return mapped;
  const [withoutZone = ''] = plain.split('%', 1);
  if (!isIPv6(withoutZone)) return plain;
  const [head = '', tail] = withoutZone.split('::', 2);
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted end stands for two groups; it is behind the network.
  const groups = last.length + (last.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = tail === undefined ? 0 : Math.max(8 - first.length - groups, 0);
  const all = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  const network = all.slice(0, NETWORK_PARTS).map((part) => part.replace(/^0+(?=.)/u, ''));
  return `${network.join(':')}::/64`;
}
