/**
 * The packages of an unpacked root, read in the simplest way: all names of the tree are looked at,
 * and few fields of few files. It shares no code with the product.
 */

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

const MAX_LINKS = 40;

/** What a root holds, as `name@version`, sorted. */
export interface NaivePackages {
  /** By records that lie where tools look for them. */
  readonly packages: readonly string[];
  /** By records at any place; all names of the others are among them. */
  readonly records: readonly string[];
}

export function naivePackages(root: string): NaivePackages {
  const packages = new Set<string>();
  const records = new Set<string>();
  for (const name of namesBelow(root, '')) {
    const base = path.posix.basename(name);
    if (base === 'package.json') addAll(packages, manifest(textOf(root, name)));
    if (base.endsWith('.dist-info')) addAll(packages, stanzas(textOf(root, `${name}/METADATA`)));
    const text = textOf(root, name);
    addAll(records, text?.startsWith('{') === true ? manifest(text) : stanzas(text));
  }
  for (const folder of ['/var/lib/dpkg', '/usr/lib/dpkg']) {
    addAll(packages, stanzas(textOf(root, `${folder}/status`)));
    for (const name of entriesOf(root, `${folder}/status.d`)) {
      addAll(packages, stanzas(textOf(root, `${folder}/status.d/${name}`)));
    }
  }
  for (const folder of ['/lib/apk/db', '/usr/lib/apk/db']) {
    addAll(packages, stanzas(textOf(root, `${folder}/installed`)));
  }
  return { packages: [...packages].sort(), records: [...records].sort() };
}

function addAll(set: Set<string>, names: readonly string[]): void {
  for (const name of names) set.add(name);
}

function manifest(text: string | undefined): readonly string[] {
  const { name, version } = jsonOf(text);
  return name === undefined || version === undefined ? [] : [`${name}@${version}`];
}

/** The three formats name their fields differently. */
function stanzas(text: string | undefined): readonly string[] {
  return (text?.split('\n\n') ?? []).flatMap((stanza) => {
    const name = field(stanza, 'Package') ?? field(stanza, 'Name') ?? field(stanza, 'P');
    const version = field(stanza, 'Version') ?? field(stanza, 'V');
    return name === undefined || version === undefined ? [] : [`${name}@${version}`];
  });
}

function jsonOf(text: string | undefined): Record<string, string> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, string>);
}

function field(text: string | undefined, name: string): string | undefined {
  const line = text?.split('\n').find((row) => row.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** Every name in the tree, absolute in the root, without following links. */
function* namesBelow(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(root + (folder || '/'), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    yield name;
    if (entry.isDirectory()) yield* namesBelow(root, name);
  }
}

function entriesOf(root: string, folder: string): readonly string[] {
  const place = placeOf(root, folder);
  return place !== undefined && lstatSync(place).isDirectory() ? readdirSync(place) : [];
}

function textOf(root: string, name: string): string | undefined {
  const place = placeOf(root, name);
  return place !== undefined && lstatSync(place).isFile() ? readFileSync(place, 'utf8') : undefined;
}

/** Where a name leads inside the root; `undefined` where nothing is there. */
function placeOf(root: string, name: string): string | undefined {
  const names = name.split('/');
  let here: string[] = [];
  let linkCount = 0;
  for (let next = names.shift(); next !== undefined; next = names.shift()) {
    if (next === '' || next === '.') continue;
    if (next === '..') {
      here.pop();
      continue;
    }
    const full = path.join(root, ...here, next);
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (names.length > 0 && !stats.isDirectory() && !stats.isSymbolicLink()) return undefined;
    if (!stats.isSymbolicLink()) {
      here.push(next);
      continue;
    }
    linkCount += 1;
    if (linkCount > MAX_LINKS) return undefined;
    const target = readlinkSync(full);
    if (target.startsWith('/')) here = [];
    names.unshift(...target.split('/'));
  }
  return path.join(root, ...here);
}
