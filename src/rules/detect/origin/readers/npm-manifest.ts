/**
 * Dependencies of `package.json`: what they are asked from, and whether a lockfile beside it
 * answers the same requests.
 */

import { siblingPath } from '../../../../core/base/artifact-path.ts';
import {
  isJsonObject,
  readJsoncDocument,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import { commitOf, isGit, isLocal, plainAddress } from '../address.ts';
import { groupsIn, lineOfText, tableAt } from '../text.ts';
import type { DifferenceUse, OriginFile, OriginReader, SourceUse } from '../use.ts';
import { registryLookup } from './npm-settings.ts';

const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const NOT_OF_REGISTRY = /^(?:workspace|catalog|link|file|portal|patch|jsr):/u;
const GITHUB = /^[\w.-]{1,100}\/[\w.-]{1,200}(?:#.*)?$/u;
const ALIAS = /^npm:(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@.*)?$/u;

/** Reads `package.json` of a project; those of installed packages ask for nothing here. */
export const readPackageJson: OriginReader = (file) => {
  if (file.path.includes('/node_modules/')) return [];
  const document = readJsoncDocument(file.path, file.bytes, { keyLines: true });
  const lookup = registryLookup(file);
  const uses: SourceUse[] = [];
  for (const section of SECTIONS) {
    const rows = tableAt(document.root, section);
    for (const key of Object.keys(rows)) {
      const range = rows[key];
      if (typeof range !== 'string' || isLocal(range) || NOT_OF_REGISTRY.test(range)) continue;
      const line = document.lineOfKey(rows, key) ?? 1;
      uses.push(requestOf(key, range, line, lookup));
    }
  }
  return uses;
};

function requestOf(
  key: string,
  range: string,
  line: number,
  lookup: (name: string) => string | undefined,
): SourceUse {
  const target = groupsIn(ALIAS, range)('name');
  const name = target || key;
  const shared = { kind: 'package', ecosystem: 'npm', name, line, isRequest: true } as const;
  const written = GITHUB.test(range) ? `github:${range}` : range;
  const address = plainAddress(written);
  if (isGit(written)) {
    const addresses = address === undefined ? [] : [address];
    return { ...shared, from: 'git', addresses, isPinned: commitOf(written) !== undefined };
  }
  if (address !== undefined) {
    const isPinned = /\/[0-9a-f]{40}(?:[./?#]|$)/iu.test(address);
    return { ...shared, from: 'archive', addresses: [address], isPinned };
  }
  const registry = lookup(name);
  const addresses = registry === undefined ? [] : [registry];
  return { ...shared, from: 'unnamed', addresses, ...(name !== key && { alias: key }) };
}

/**
 * Compares the requests of the `package.json` beside a lockfile with those that the lockfile
 * answers: the rows of its own project, or what `answers` says.
 */
export function differences(
  file: OriginFile,
  own: JsonObject | undefined,
  answers?: (name: string, range: string) => boolean,
): readonly DifferenceUse[] {
  if (own !== undefined && Object.keys(own).length === 0) return [];
  const text = file.read(siblingPath(file.path, 'package.json'));
  const manifest = text === undefined ? undefined : parsed(text);
  if (manifest === undefined) return [];
  const found: DifferenceUse[] = [];
  for (const section of SECTIONS) {
    const rows = tableAt(manifest, section);
    const locked = tableAt(own, section);
    for (const name of Object.keys(rows)) {
      const range = rows[name];
      if (typeof range !== 'string' || isLocal(range) || NOT_OF_REGISTRY.test(range)) continue;
      const isAnswered =
        own === undefined ? answers?.(name, range) === true : isSame(own, name, range);
      if (isAnswered) continue;
      const written = own === undefined ? undefined : locked[name];
      const other = typeof written === 'string' ? `answers "${written}"` : 'does not answer it';
      const message = `The package.json beside it asks for "${name}" as "${range}", and the lockfile ${other}`;
      found.push({ kind: 'difference', name, line: lineOfText(file.text, `"${name}"`), message });
    }
  }
  return found;
}

function isSame(own: JsonObject, name: string, range: string): boolean {
  return SECTIONS.some((section) => tableAt(own, section)[name] === range);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value as JsonObject) ? (value as JsonObject) : undefined;
  } catch {
    // The manifest is reported where it is read for itself.
    return undefined;
  }
}
