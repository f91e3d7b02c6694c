/**
 * The files that an RPM package owns, as its header lists them.
 *
 * Source: rpm.org, "RPM Tags", "File info tags"; rpmfiles.h for flags, states and the bits of
 * `%verify`. Folders and devices are left out. What rpm itself would not verify has no digest here:
 * `%ghost`, files that `%verify` excludes, and files that another package has replaced. Refused:
 * lists of different lengths, and paths longer than a system allows.
 */

import { RPM_TAG, type RpmHeader } from '../../../formats/binary/rpm/rpm-header.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { OwnedFile } from '../../../core/model/catalog/catalog.ts';

const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const LINK = 0o120000;

const CONFIG = 1 << 0;
const DOC = 1 << 1;
const MISSING_OK = 1 << 3;
const GHOST = 1 << 6;
const VERIFY_DIGEST = 1 << 0;

/** State of files that were installed as packaged. */
const NORMAL = 0;
/** Another package's file took the place: replaced, or of another colour (32 and 64 bit). */
const TAKEN: ReadonlySet<number> = new Set([1, 4]);

/** PATH_MAX of Linux. */
const MAX_PATH_BYTES = 4096;

const ALGORITHMS: ReadonlyMap<
  number,
  { readonly name: 'md5' | 'sha1' | 'sha256' | 'sha512'; readonly digits: number }
> = new Map([
  [1, { name: 'md5', digits: 32 }],
  [2, { name: 'sha1', digits: 40 }],
  [8, { name: 'sha256', digits: 64 }],
  [10, { name: 'sha512', digits: 128 }],
]);
/** Packages that name no algorithm were built before there was a choice. */
const MD5 = 1;
const HEX = /^[0-9a-f]+$/;

/** The files, or what is wrong with their lists; `files` is absent where the header lists none. */
export interface RpmFiles {
  readonly files?: readonly OwnedFile[];
  readonly problem?: string;
}

/** Returns the header's owned files, in its order. */
export function rpmFiles(header: RpmHeader): RpmFiles {
  const paths = pathsOf(header);
  if (paths === undefined) return { problem: 'lists of files that do not fit together' };
  if (paths.length === 0) return {};
  const modes = header.numbers(RPM_TAG.fileModes);
  if (modes.length !== paths.length) return { problem: 'files without their modes' };
  const lists: FileLists = {
    modes,
    flags: header.numbers(RPM_TAG.fileFlags),
    states: header.numbers(RPM_TAG.fileStates),
    verify: header.numbers(RPM_TAG.fileVerifyFlags),
    digests: header.texts(RPM_TAG.fileDigests),
    targets: header.texts(RPM_TAG.fileLinkTos),
    algorithm: ALGORITHMS.get(header.numbers(RPM_TAG.fileDigestAlgorithm)[0] ?? MD5),
  };
  const files: OwnedFile[] = [];
  for (const [index, path] of paths.entries()) {
    if (path.length > MAX_PATH_BYTES || !path.startsWith('/')) {
      return { files, problem: 'a path that is none' };
    }
    const file = ownedFile(path, index, lists);
    if (file !== undefined) files.push(file);
  }
  return { files };
}

interface FileLists {
  readonly modes: readonly number[];
  readonly flags: readonly number[];
  readonly states: readonly number[];
  readonly verify: readonly number[];
  readonly digests: readonly string[];
  readonly targets: readonly string[];
  readonly algorithm:
    { readonly name: 'md5' | 'sha1' | 'sha256' | 'sha512'; readonly digits: number } | undefined;
}

/**
 * Returns the paths from names and the numbers of their directories; headers of RPM 3 have whole
 * paths. `undefined` where they do not fit.
 */
function pathsOf(header: RpmHeader): readonly string[] | undefined {
  const names = header.texts(RPM_TAG.baseNames);
  if (names.length === 0) {
    return header.has(RPM_TAG.baseNames) ? undefined : header.texts(RPM_TAG.oldFileNames);
  }
  const folders = header.texts(RPM_TAG.dirNames);
  const indexes = header.numbers(RPM_TAG.dirIndexes);
  if (indexes.length !== names.length) return undefined;
  const paths: string[] = [];
  for (const [at, name] of names.entries()) {
    const folder = folders[indexes[at] ?? -1];
    if (folder === undefined) return undefined;
    paths.push(folder + name);
  }
  return paths;
}

/** Returns `undefined` for what is neither a file nor a link. */
function ownedFile(path: string, index: number, lists: FileLists): OwnedFile | undefined {
  const type = (lists.modes[index] ?? 0) & TYPE_MASK;
  if (type !== REGULAR && type !== LINK) return undefined;
  const flags = lists.flags[index] ?? 0;
  const state = lists.states[index] ?? NORMAL;
  const mayBeAbsent = (flags & (GHOST | MISSING_OK | DOC)) !== 0 || state !== NORMAL;
  const isChecked = (flags & GHOST) === 0 && !TAKEN.has(state);
  const common = { path, ...(mayBeAbsent && { mayBeAbsent }) };
  if (type === LINK) {
    const target = isChecked ? (lists.targets[index] ?? '') : '';
    return { ...common, kind: 'link', ...(target !== '' && { target }) };
  }
  const digest = isChecked ? digestOf(lists, index) : undefined;
  return {
    ...common,
    kind: (flags & CONFIG) === 0 ? 'file' : 'config',
    ...(digest !== undefined && { digest }),
  };
}

function digestOf({ digests, verify, algorithm }: FileLists, index: number): Digest | undefined {
  if (((verify[index] ?? VERIFY_DIGEST) & VERIFY_DIGEST) === 0) return undefined;
  const hex = digests[index] ?? '';
  if (algorithm?.digits !== hex.length || !HEX.test(hex)) return undefined;
  return `${algorithm.name}:${hex}`;
}
