/**
 * The shared notation of all Python files: requirements (PEP 508), archives and their digests,
 * several indexes.
 */

import { normalizePythonName } from '../../../../core/model/package/python-name.ts';
import { baseName } from '../../../../core/base/artifact-path.ts';
import { commitOf, indexAddress, isLocal, plainAddress } from '../address.ts';
import type { IndexUse, PackageUse } from '../use.ts';

const REQUIREMENT =
  /^(?<name>[A-Za-z0-9](?:[\w.-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?<rest>.*)$/u;
const VCS = /^(?:git|hg|bzr|svn)\+/u;
/** pip writes the revision behind the repository. */
const REVISION = /^(?<repository>\w+\+\w+:\/\/(?:[^/@]+@)?[^/]+\/[^@#]*)@[^#]*/u;
const ARCHIVE = /\.(?:whl|zip|tar\.\w+|tgz)(?:[#?]|$)/iu;
const DIGEST = /[#&](?:sha256|sha384|sha512)=[0-9a-f]{64,}/iu;

/** A package, and how it is obtained. */
export type PythonPackage = Pick<PackageUse, 'name' | 'line'> &
  Partial<Pick<PackageUse, 'version' | 'integrity' | 'isRequest'>>;

/** The indexes that are asked for a package. */
export type Answers = Pick<PackageUse, 'addresses' | 'isOrdered' | 'mayBeDefault'>;

/** Returns the use of a package that comes from one of some indexes. */
export function indexed(pkg: PythonPackage, answers: Answers): PackageUse {
  const shared = {
    ...pkg,
    kind: 'package',
    ecosystem: 'pypi',
    name: normalizePythonName(pkg.name),
  } as const;
  const isNamed = pkg.isRequest !== true && answers.addresses.length > 0;
  return { ...shared, ...answers, from: isNamed ? 'registry' : 'unnamed' };
}

/** Returns the use of a package from an address; nothing for one of this machine. */
export function addressed(pkg: PythonPackage, written: string): readonly PackageUse[] {
  const address = plainAddress(
    VCS.test(written) ? written.replace(REVISION, '$<repository>') : written,
  );
  if (address === undefined || isLocal(written)) return [];
  const name = normalizePythonName(pkg.name);
  const shared = {
    ...pkg,
    kind: 'package',
    ecosystem: 'pypi',
    name,
    addresses: [address],
  } as const;
  if (VCS.test(written) || /^ssh:/u.test(address)) {
    return [{ ...shared, from: 'git', isPinned: commitOf(written) !== undefined }];
  }
  const isPinned = DIGEST.test(written) || (pkg.integrity?.length ?? 0) > 0;
  const other = packageOfFile(address, name);
  return [
    { ...shared, from: 'archive', isPinned, ...(other !== undefined && { addressNames: other }) },
  ];
}

/** Returns the package that the name of an archive names, where it is another one. */
export function packageOfFile(address: string, name: string): string | undefined {
  if (!ARCHIVE.test(address)) return undefined;
  const file = baseName(new URL(address).pathname);
  // Archives of commits and of forges are named by a version alone.
  const project = /^(?<project>[A-Za-z][\w.]*?(?:[-_.][A-Za-z]\w*)*)-v?\d/u.exec(file)?.groups?.[
    'project'
  ];
  if (project === undefined || !/\.whl$|\/packages\//iu.test(address)) return undefined;
  const found = normalizePythonName(project);
  return found === name || found.startsWith(`${name}-`) ? undefined : found;
}

/** Reads a requirement of PEP 508; `undefined` for what is none. */
export function readRequirement(
  text: string,
): { readonly name: string; readonly address?: string; readonly version?: string } | undefined {
  const { name, rest = '' } = REQUIREMENT.exec(text.trim())?.groups ?? {};
  if (name === undefined || /^[:/]/u.test(rest)) return undefined;
  const address = /^@\s*(?<url>\S+)/u.exec(rest)?.groups?.['url'];
  const version = /^={2,3}\s*(?<version>[^\s;,]+)/u.exec(rest)?.groups?.['version'];
  return {
    name,
    ...(address !== undefined && { address }),
    ...(version !== undefined && { version }),
  };
}

/** Returns the use of an index. */
export function indexOf(
  written: string,
  line: number,
  role: IndexUse['role'],
  key: string,
): readonly IndexUse[] {
  const address = indexAddress(written);
  return address === undefined
    ? []
    : [{ kind: 'index', ecosystem: 'pypi', address, line, role, key }];
}
