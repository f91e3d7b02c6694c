/**
 * The files of a pacman package, as its mtree lists them.
 *
 * Source: mtree(5), "FORMAT"; makepkg(8) for what pacman's mtrees hold: a line a file, `/set` lines
 * with defaults for the lines behind them, octal escapes in names, `sha256digest` (or `md5digest`
 * in old ones), `link` of links. Files in the root whose name begins with a dot are the package's
 * own records and are not installed.
 */

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { OwnedFile } from '../../../core/model/catalog/catalog.ts';

const ESCAPE = /\\(?<octal>[0-7]{3})/g;
const SHA256 = /^[0-9a-f]{64}$/;
const MD5 = /^[0-9a-f]{32}$/;

/** Names and links are bytes; escapes spell those that are no printable ASCII. */
function unescapeName(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(ESCAPE, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Reads the files that an mtree lists, with the strongest digest of each. Lines that cannot be
 * read are left out.
 *
 * @param configuration paths that the package names as such, without the leading slash
 */
export function readMtree(text: string, configuration: ReadonlySet<string>): readonly OwnedFile[] {
  const files: OwnedFile[] = [];
  let defaults: ReadonlyMap<string, string> = new Map();
  for (const line of text.split('\n')) {
    const [name = '', ...words] = line.trim().split(' ');
    if (name === '/set') defaults = new Map([...defaults, ...wordsOf(words)]);
    else if (name === '/unset')
      defaults = new Map([...defaults].filter(([key]) => !words.includes(key)));
    else if (name.startsWith('./') && !name.startsWith('./.')) {
      const file = ownedFile(name, new Map([...defaults, ...wordsOf(words)]), configuration);
      if (file !== undefined) files.push(file);
    }
  }
  return files;
}

function wordsOf(words: readonly string[]): readonly (readonly [string, string])[] {
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}

/** Returns `undefined` for folders and devices. */
function ownedFile(
  name: string,
  words: ReadonlyMap<string, string>,
  configuration: ReadonlySet<string>,
): OwnedFile | undefined {
  const path = unescapeName(name.slice(1));
  const type = words.get('type');
  if (type === 'link') {
    return { path, kind: 'link', target: unescapeName(words.get('link') ?? '') };
  }
  if (type !== 'file') return undefined;
  const digest = digestOf(words);
  return {
    path,
    kind: configuration.has(path.slice(1)) ? 'config' : 'file',
    ...(digest !== undefined && { digest }),
  };
}

function digestOf(words: ReadonlyMap<string, string>): Digest | undefined {
  const sha256 = words.get('sha256digest') ?? '';
  if (SHA256.test(sha256)) return `sha256:${sha256}`;
  const md5 = words.get('md5digest') ?? '';
  return MD5.test(md5) ? `md5:${md5}` : undefined;
}
