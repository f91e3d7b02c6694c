/**
 * One requirement of Python, as in `requests[socks] == 2.32.0 ; python_version > "3.8"`.
 *
 * Source: PEP 508 (dependency specifiers), PEP 440 (versions). One version is pinned by a single
 * `==` without a wildcard or by `===`; any other specifier is a range and names no version.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { Context } from '../../../core/base/context.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { lowestAllowed } from '../../../core/version/index.ts';

const HEAD =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,500}\])?\s*/;
const ADDRESS = /^@\s*(?<url>\S+)/;
const SPECIFIER = /^(?<operator>===|==|~=|!=|<=|>=|<|>)\s*(?<version>[A-Za-z0-9._+!*-]{1,200})$/;
const MARKER = ';';
/** No requirement is this long; the bound keeps a line of megabytes out of the patterns. */
const MAX_LENGTH = 10_000;

/** A parsed requirement. */
export interface PythonRequirement {
  /** In the normal form. */
  readonly name: string;
  /** The version as written; empty for a range or no version. */
  readonly version: string;
  /** The source that replaces an index. */
  readonly url?: string;
  /** The specifiers, where they pin nothing. */
  readonly range?: string;
  /** An environment marker stands behind it, so that some interpreters or systems do without it. */
  readonly isConditional?: boolean;
}

/**
 * Returns the version to list: the pinned one, else, where ranges are to be taken
 * (`--detection-priority comprehensive`), the lowest that the range allows; empty where neither is
 * known.
 */
export function versionToList(
  { version, range }: Pick<PythonRequirement, 'version' | 'range'>,
  { detectionPriority }: Pick<Context, 'detectionPriority'>,
): string {
  if (version !== '' || range === undefined || detectionPriority !== 'comprehensive')
    return version;
  return lowestAllowed('pypi', range) ?? '';
}

/** Returns `undefined` where the text is no requirement. */
export function readRequirement(text: string): PythonRequirement | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const trimmed = text.trim();
  const head = HEAD.exec(trimmed);
  const name = head?.groups?.['name'];
  if (head === null || name === undefined) return undefined;
  const rest = trimmed.slice(head[0].length);
  const url = ADDRESS.exec(rest)?.groups?.['url'];
  const condition = rest.includes(MARKER) ? { isConditional: true } : {};
  if (url !== undefined) return { name: normalizePythonName(name), version: '', url, ...condition };
  const [specifiers = ''] = rest.split(MARKER, 1);
  const range = withoutBrackets(specifiers.trim());
  const version = pinnedVersion(range);
  if (version === undefined) return undefined;
  const isRange = version === '' && range !== '';
  return { name: normalizePythonName(name), version, ...(isRange && { range }), ...condition };
}

/** PEP 508 allows them around the specifiers; pip takes a comma at the end. */
function withoutBrackets(text: string): string {
  const bare = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  return bare.trim().replace(/,\s*$/, '');
}

/**
 * Returns the one version of a list of specifiers, empty for a range; `undefined` where it is no
 * such list.
 */
function pinnedVersion(bare: string): string | undefined {
  if (bare === '') return '';
  const pins = new Set<string>();
  for (const part of bare.split(',')) {
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

/**
 * Returns the repository and commit or branch of `git+https://…@commit`; `undefined` of another
 * address.
 */
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

/** Returns the message about ranges without a package. */
export function rangesText(count: number): string {
  const name = count === 1 ? 'names' : 'name';
  return `${pluralize(count, 'dependency', 'dependencies')} ${name} a range and no version`;
}
