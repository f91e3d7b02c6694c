/**
 * The members `tls` and `limits` of the section `registry:`: the certificate of the server, and
 * bounds on its clients.
 */

import { blaming, unknownKey, type ConfigNode } from './node.ts';
import { readCount, readDuration } from './values.ts';

/** The files of a certificate, as they are written. */
export interface TlsEntry {
  readonly cert: string;
  readonly key: string;
}

/** Bounds on clients. Absent ones have their defaults; times are in milliseconds. */
export interface LimitsEntry {
  readonly maxConnections?: number;
  readonly requestsPerMinute?: number;
  readonly headersMs?: number;
  readonly requestMs?: number;
  readonly idleMs?: number;
  readonly shutdownMs?: number;
}

/** Readers of the limits, by key. */
const LIMITS: Readonly<
  Record<string, { readonly field: keyof LimitsEntry; readonly of: 'count' | 'time' }>
> = {
  connections: { field: 'maxConnections', of: 'count' },
  'requests-per-minute': { field: 'requestsPerMinute', of: 'count' },
  'headers-within': { field: 'headersMs', of: 'time' },
  'request-within': { field: 'requestMs', of: 'time' },
  idle: { field: 'idleMs', of: 'time' },
  shutdown: { field: 'shutdownMs', of: 'time' },
};
const TLS_KEYS = ['cert', 'key'] as const;
/** Longest time of a limit: a day. */
const MAX_MS = 86_400_000;

/** Reads `tls`. @throws AssayError `CONFIG_INVALID` */
export function readTls(node: ConfigNode): TlsEntry {
  const members = node.members();
  refuseUnknown(node, members, TLS_KEYS);
  const [cert, key] = TLS_KEYS.map((name) => {
    const member = members.get(name);
    if (member === undefined || member.isEmpty) {
      throw node.refuse(`has no "${name}"`, 'Name both files: tls: {cert: FILE, key: FILE}.');
    }
    return member.text();
  });
  return { cert: cert ?? '', key: key ?? '' };
}

/** Reads `limits`. @throws AssayError `CONFIG_INVALID` */
export function readLimits(node: ConfigNode): LimitsEntry {
  const members = node.members();
  refuseUnknown(node, members, Object.keys(LIMITS));
  const rows = [...members].flatMap(([name, member]) => {
    const row = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
    if (row === undefined || member.isEmpty) return [];
    return [[row.field, row.of === 'count' ? countOf(name, member) : timeOf(name, member)]];
  });
  return Object.fromEntries(rows) as LimitsEntry;
}

function countOf(name: string, member: ConfigNode): number {
  return blaming(member, () => readCount(name, member.text()));
}

function timeOf(name: string, member: ConfigNode): number {
  const timeMs = blaming(member, () => readDuration(name, member.text()));
  if (timeMs >= 1 && timeMs <= MAX_MS) return timeMs;
  throw member.refuse('is no usable time', 'Write one from 1s to 24h.');
}

function refuseUnknown(
  node: ConfigNode,
  members: ReadonlyMap<string, ConfigNode>,
  known: readonly string[],
): void {
  const stray = [...members].find(([name]) => !known.includes(name))?.[1];
  if (stray === undefined) return;
  const keys = known.map((name) => `${node.key}.${name}`);
  throw node.refuse('has an unknown key', unknownKey(stray, keys));
}
