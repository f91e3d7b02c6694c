/**
 * One requirement of Python, as in `requests[socks] == 2.32.0 ; python_version > "3.8"`.
 *
 * Source: PEP 508 (dependency specifiers), PEP 440 (versions). One version is pinned by a single `==` without a wildcard or
 * by `===`; any other specifier is a range and names no version.
 */

import { normalPythonName } from '../../model/python-name.ts';

const HEAD =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,500}\])?\s*/;
const ADDRESS = /^@\s*(?<url>\S+)/;
const SPECIFIER = /^(?<operator>===|==|~=|!=|<=|>=|<|>)\s*(?<version>[A-Za-z0-9._+!*-]{1,200})$/;
const MARKER = ';';
/** No requirement is this long; the bound keeps a line of megabytes out of the patterns. */
const MAX_LENGTH = 10_000;

export interface PythonRequirement {
  /** In the normal form. */
  readonly name: string;
  /** As written; empty where a range or nothing is. */
  readonly version: string;
  /** Where it is fetched from instead of an index. */
  readonly url?: string;
}

/** `undefined` where the text is no requirement. */
export function readRequirement(text: string): PythonRequirement | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const trimmed = text.trim();
  const head = HEAD.exec(trimmed);
  const name = head?.groups?.['name'];
  if (head === null || name === undefined) return undefined;
  const rest = trimmed.slice(head[0].length);
  const url = ADDRESS.exec(rest)?.groups?.['url'];
  if (url !== undefined) return { name: normalPythonName(name), version: '', url };
  const [specifiers = ''] = rest.split(MARKER, 1);
  const version = pinnedVersion(specifiers.trim());
  return version === undefined ? undefined : { name: normalPythonName(name), version };
}

/** The one version of a list of specifiers, empty for a range; `undefined` where it is no such list. */
function pinnedVersion(text: string): string | undefined {
  const bare = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  if (bare.trim() === '') return '';
  const pins = new Set<string>();
  for (const part of bare.replace(/,\s*$/, '').split(',')) {
    const groups = SPECIFIER.exec(part.trim())?.groups;
    if (groups === undefined) return undefined;
    const version = groups['version'] ?? '';
    const isPin =
      groups['operator'] === '===' || (groups['operator'] === '==' && !version.includes('*'));
    if (isPin) pins.add(version);
  }
  const [only = ''] = pins;
  return pins.size === 1 ? only : '';
}

/** Repository and commit or branch of `git+https://…@commit`; `undefined` of another address. */
export function readGitAddress(
  url: string,
): { readonly url: string; readonly commit: string | undefined } | undefined {
  if (url.length > MAX_LENGTH || !url.startsWith('git+')) return undefined;
  const [address = ''] = url.slice('git+'.length).split('#', 1);
  const path = address.indexOf('/', address.indexOf('://') + 3);
  const at = address.lastIndexOf('@');
  if (at < path || path < 0) return { url: address, commit: undefined };
  return { url: address.slice(0, at), commit: address.slice(at + 1) };
}
