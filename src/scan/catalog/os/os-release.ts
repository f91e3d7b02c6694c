/**
 * The operating system, from files of `KEY=value` lines: `os-release`, else `lsb-release`.
 *
 * Source: os-release(5); LSB 5.0 "lsb_release". Values may be quoted as in a shell; nothing is
 * expanded. Refused: an `os-release` without `ID`. An `lsb-release` without `DISTRIB_ID` only lists
 * LSB modules.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { Cataloger } from '../cataloger.ts';

const PAIR = /^(?<key>[A-Za-z_][A-Za-z0-9_]*)=(?<value>.*)$/;
const SERVICE_PACK = /^[\d.]+ \((?<pack>LTS(?:-SP\d+)?)\)$/;
const ESCAPED = /\\(?<letter>["'$`\\])/g;

/** The real files have under 1 KB; more is not read. */
const MAX_BYTES = 64 * 1024;

export const osRelease: Cataloger = {
  async read(file) {
    const pairs = readPairs(await file.bytes());
    const distro = fromOsRelease(pairs) ?? fromLsbRelease(pairs);
    if (distro !== undefined) return { packages: [], distro };
    if (file.path.endsWith('/os-release')) throw new ParseError(file.path, 'no ID');
    return { packages: [] };
  },
};

function fromOsRelease(pairs: ReadonlyMap<string, string>): Distro | undefined {
  const id = pairs.get('ID');
  if (id === undefined || id === '') return undefined;
  const codename = pairs.get('VERSION_CODENAME') ?? streamOf(id, pairs);
  return {
    id: id.toLowerCase(),
    versionId: versionOf(id, pairs),
    ...(codename !== undefined && codename !== '' && { codename: codename.toLowerCase() }),
  };
}

/** CentOS Linux and CentOS Stream have the same `ID` and end on different days. */
function streamOf(id: string, pairs: ReadonlyMap<string, string>): string | undefined {
  return id === 'centos' && pairs.get('NAME') === 'CentOS Stream' ? 'stream' : undefined;
}

/**
 * Returns the version. openEuler names its service packs in `VERSION` alone, as in
 * `22.03 (LTS-SP1)`.
 */
function versionOf(id: string, pairs: ReadonlyMap<string, string>): string {
  const version = pairs.get('VERSION_ID') ?? '';
  const service = SERVICE_PACK.exec(pairs.get('VERSION') ?? '')?.groups?.['pack'];
  return id === 'openEuler' && service !== undefined ? `${version}-${service}` : version;
}

function fromLsbRelease(pairs: ReadonlyMap<string, string>): Distro | undefined {
  const id = pairs.get('DISTRIB_ID');
  if (id === undefined || id === '') return undefined;
  const codename = pairs.get('DISTRIB_CODENAME');
  return {
    id: id.toLowerCase(),
    versionId: pairs.get('DISTRIB_RELEASE') ?? '',
    ...(codename !== undefined && codename !== '' && { codename: codename.toLowerCase() }),
  };
}

/** Reads the pairs; the last of equal keys counts, as in the shells that read these files. */
function readPairs(bytes: Uint8Array): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, MAX_BYTES));
  for (const line of text.split('\n')) {
    const { key, value } = PAIR.exec(line.trim())?.groups ?? {};
    if (key !== undefined && value !== undefined) pairs.set(key, unquote(value));
  }
  return pairs;
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if (quote !== '"' && quote !== "'") return value;
  const end = value.lastIndexOf(quote);
  const inner = value.slice(1, end > 0 ? end : undefined);
  return quote === '"' ? inner.replace(ESCAPED, '$<letter>') : inner;
}
