/**
 * Alpine packages in apk's database, `lib/apk/db/installed`.
 *
 * Source: Alpine wiki, "Apk spec", "Installed Database V2". One `X:value` a line, an empty line
 * ends a package. Lines `R:`, `a:` and `Z:` speak of the file last named, below the folder of the
 * last `F:`. A checksum is `Q1` and the SHA-1 in base64, or `Q2` and the SHA-256; of a link it is
 * that of the target's text. A database does not say which entries are links; they are the ones
 * with mode 777. What lies below `/etc` is configuration, which apk leaves as people edited it
 * (apk-tools, protected paths); start scripts are not, and neither are the files that name the
 * release. Refused: a file whose first line is no such line.
 */

import { Buffer } from 'node:buffer';

import { pluralize } from '../../../core/base/pluralize.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { stanzaPieces } from '../../../formats/text/deb822.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type {
  CatalogedPackage,
  CatalogFile,
  OwnedFile,
} from '../../../core/model/catalog/catalog.ts';
import { mailboxOf } from '../../../core/model/distro/vendor.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** All packages of Alpine together provide some 100,000 names. */
const MAX_PROVISIONS = 200_000;
/** Ten times the files of a large desktop system. */
const MAX_FILES = 500_000;

const LINK_MODE = /:777$/;
/** A dependency or provision without its version: `so:libz.so.1=1.2`, `busybox>1.36`, `cmd:sh`. */
const CONSTRAINT = /[<>=~].*$/s;
/**
 * A dependency on one version of one package: no library (`so:`), command or path, no conflict, no
 * fuzzy version.
 */
const EXACTLY = /^(?<name>[A-Za-z0-9][^<>=~:!/]*)=(?<version>[^<>=~]+)$/;
/** Built into apk as `+etc @etc/init.d`: of `init.d` only links are protected. */
const CONFIGURATION = /^\/etc\/(?!init\.d\/|(?:alpine|os)-release$)/;
const CHECKSUM_BYTES: ReadonlyMap<string, { algorithm: 'sha1' | 'sha256'; length: number }> =
  new Map([
    ['Q1', { algorithm: 'sha1', length: 20 }],
    ['Q2', { algorithm: 'sha256', length: 32 }],
  ]);

/**
 * Fields that say which package it is; where one is given twice an empty line between two packages
 * is missing.
 */
const IDENTITY: ReadonlySet<string> = new Set(['P', 'V', 'o']);

/** A package while its lines are read. */
interface Entry {
  readonly line: number;
  readonly fields: Map<string, string>;
  readonly ownedFiles: OwnedFile[];
  folder: string;
  /** The first field of {@link IDENTITY} that is given twice. */
  twice: string | undefined;
  /** Whether a file is open, and what is known of it. */
  file: { path: string; digest: Digest | undefined; isLink: boolean } | undefined;
  readonly room: FileRoom;
}

/** Counts of listed files of packages, and of omitted ones. */
interface FileRoom {
  fileCount: number;
  leftOutCount: number;
}

export const apkInstalled: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const provisions = await provisionsIn(file);
    const room = { fileCount: MAX_FILES, leftOutCount: 0 };
    let isFirst = true;
    for await (const { bytes, linesBefore } of stanzaPieces(file)) {
      let entry: Entry | undefined;
      for (const { text, line } of readLines(bytes, linesBefore)) {
        if (text === '') {
          if (entry !== undefined) addEntry(entry, provisions, result);
          entry = undefined;
          continue;
        }
        if (text.charCodeAt(1) !== 0x3a) {
          if (isFirst) throw new ParseError(file.path, 'the first line is no field');
          result.unreadableRow(text, { reason: 'a line that is no field', line });
          continue;
        }
        isFirst = false;
        entry ??= newEntry(line, room);
        readField(entry, text.charAt(0), text.slice(2));
      }
      if (entry !== undefined) addEntry(entry, provisions, result);
    }
    if (room.leftOutCount > 0) {
      const files = pluralize(room.leftOutCount, 'file');
      result.gap('limit', `${files} of packages left out, because the limit is reached`);
    }
    return result.done();
  },
};

function newEntry(line: number, room: FileRoom): Entry {
  return {
    line,
    fields: new Map(),
    ownedFiles: [],
    folder: '/',
    twice: undefined,
    file: undefined,
    room,
  };
}

function* readLines(
  bytes: Uint8Array,
  linesBefore: number,
): Generator<{ text: string; line: number }> {
  const text = new TextDecoder('utf-8').decode(bytes);
  let line = linesBefore;
  for (let at = 0; at < text.length;) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed === -1 ? text.length : lineFeed;
    line += 1;
    yield {
      text: text.charAt(end - 1) === '\r' ? text.slice(at, end - 1) : text.slice(at, end),
      line,
    };
    at = end + 1;
  }
}

function readField(entry: Entry, letter: string, value: string): void {
  switch (letter) {
    case 'F':
      closeFile(entry);
      entry.folder = value === '' ? '/' : `/${value}/`;
      break;
    case 'R':
      closeFile(entry);
      entry.file = { path: entry.folder + value, digest: undefined, isLink: false };
      break;
    case 'a':
      if (entry.file !== undefined) entry.file.isLink = LINK_MODE.test(value);
      break;
    case 'Z':
      if (entry.file !== undefined) entry.file.digest = checksum(value);
      break;
    default:
      if (entry.fields.has(letter) && IDENTITY.has(letter)) entry.twice ??= letter;
      // apk takes the last of equal fields.
      entry.fields.set(letter, value);
  }
}

function closeFile(entry: Entry): void {
  const { file } = entry;
  if (file === undefined) return;
  entry.file = undefined;
  if (entry.room.fileCount === 0) {
    entry.room.leftOutCount += 1;
    return;
  }
  entry.room.fileCount -= 1;
  entry.ownedFiles.push({
    path: file.path,
    kind: file.isLink ? 'link' : CONFIGURATION.test(file.path) ? 'config' : 'file',
    ...(file.digest !== undefined && { digest: file.digest }),
  });
}

/** Returns `undefined` for what is not `Q1` or `Q2` with the right number of bytes. */
function checksum(value: string): Digest | undefined {
  const form = CHECKSUM_BYTES.get(value.slice(0, 2));
  if (form === undefined) return undefined;
  const bytes = Buffer.from(value.slice(2), 'base64');
  return bytes.length === form.length ? `${form.algorithm}:${bytes.toString('hex')}` : undefined;
}

function addEntry(entry: Entry, provisions: Provisions, result: CatalogBuilder): void {
  closeFile(entry);
  const { fields, line, ownedFiles } = entry;
  const name = fields.get('P') ?? '';
  const version = fields.get('V') ?? '';
  if (name === '' || version === '') {
    result.unreadableRow(name === '' ? version : name, { line });
    return;
  }
  if (entry.twice !== undefined) {
    result.unreadableRow(name, { reason: `field "${entry.twice}" is given twice`, line });
  }
  result.add({
    name,
    version,
    line,
    source: { name: fields.get('o') ?? name, version },
    ...describe(fields),
    dependsOn: dependencies(name, fields.get('D') ?? '', provisions.providers),
    ownedFiles: ownedFiles,
    // apk takes a file that another package replaces out of the list of the one that had it.
    replaces: [],
    ...requirements(fields, provisions),
  } satisfies CatalogedPackage);
}

/** Returns the optional properties of a package besides its name and version. */
function describe(
  fields: ReadonlyMap<string, string>,
): Pick<CatalogedPackage, 'qualifiers' | 'maintainer' | 'licenses' | 'digests' | 'builtIn'> {
  const architecture = fields.get('A');
  const maintainer = mailboxOf(fields.get('m'));
  const license = fields.get('L') ?? '';
  const digest = checksum(fields.get('C') ?? '');
  const origin = fields.get('o') ?? fields.get('P') ?? '';
  const commit = fields.get('c') ?? '';
  return {
    ...(architecture !== undefined && { qualifiers: new Map([['arch', architecture]]) }),
    ...(maintainer !== undefined && { maintainer }),
    ...(license !== '' && { licenses: [license] }),
    ...(digest !== undefined && { digests: [digest] }),
    ...(commit !== '' && { builtIn: `${origin} ${commit}` }),
  };
}

function requirements(
  fields: ReadonlyMap<string, string>,
  { exact }: Provisions,
): Pick<CatalogedPackage, 'requiresExactly'> {
  const requiresExactly = exactDependencies(fields.get('D') ?? '', exact);
  return requiresExactly.length > 0 ? { requiresExactly } : {};
}

interface Provisions {
  /**
   * Maps a name, a library (`so:`), a command (`cmd:`) or a path to the package that provides it.
   */
  readonly providers: ReadonlyMap<string, string>;
  /** `name=version` of what packages provide besides themselves. */
  readonly exact: ReadonlySet<string>;
}

/** Reads what all packages provide; of a database that provides more than any, a part. */
async function provisionsIn(file: CatalogFile): Promise<Provisions> {
  const providers = new Map<string, string>();
  const exact = new Set<string>();
  const names = new Set<string>();
  for await (const { bytes } of stanzaPieces(file)) {
    let name: string | undefined;
    let provides = '';
    const close = (): void => {
      if (name !== undefined && names.size < MAX_PROVISIONS) {
        names.add(name);
        addProvisions(name, provides, { providers, exact });
      }
      name = undefined;
      provides = '';
    };
    for (const { text } of readLines(bytes, 0)) {
      if (text === '') close();
      else if (text.startsWith('P:')) name = text.slice(2);
      else if (text.startsWith('p:')) provides = text.slice(2);
    }
    close();
  }
  for (const name of names) providers.set(name, name);
  return { providers, exact };
}

function addProvisions(
  name: string,
  provides: string,
  { providers, exact }: { readonly providers: Map<string, string>; readonly exact: Set<string> },
): void {
  for (const provided of provides.split(' ')) {
    if (providers.size >= MAX_PROVISIONS) return;
    const key = provided.replace(CONSTRAINT, '');
    if (key !== '' && !providers.has(key)) providers.set(key, name);
    if (EXACTLY.test(provided)) exact.add(provided);
  }
}

/** Returns the dependencies that one version of one package alone satisfies. */
function exactDependencies(
  field: string,
  provided: ReadonlySet<string>,
): NonNullable<CatalogedPackage['requiresExactly']> {
  const found: { name: string; version: string }[] = [];
  for (const dependency of field.split(' ')) {
    const { name, version } = EXACTLY.exec(dependency)?.groups ?? {};
    if (name === undefined || version === undefined || provided.has(dependency)) continue;
    found.push({ name, version });
  }
  return found;
}

/** Returns the installed packages that satisfy `D:`; conflicts (`!name`) are no dependencies. */
function dependencies(
  name: string,
  field: string,
  providers: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set<string>();
  for (const dependency of field.split(' ')) {
    const provider = providers.get(dependency.replace(CONSTRAINT, ''));
    if (provider !== undefined && provider !== name) names.add(provider);
  }
  return [...names];
}
