/** Requirements of Python as the requests of a project's manifest. */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { readGitAddress, type PythonRequirement } from './requirement.ts';

/** An archive or a directory that lies beside the project. */
const LOCAL = /^(?:file:|\.{0,2}\/|\.{1,2}$)/;
const ARCHIVE = /\.(?:whl|tar\.gz|tgz|zip|tar\.bz2)(?:#|$)/;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Returns one requirement as a request; `undefined` where it means a directory of the project. The
 * files of an address, and the commit of a repository, settle the version.
 */
export function requestOf(
  { name, version, range = '', url, isConditional }: PythonRequirement,
  {
    line,
    isDevelopment = false,
  }: { readonly line?: number; readonly isDevelopment?: boolean } = {},
): RequestedPackage | undefined {
  const isArchive = url !== undefined && ARCHIVE.test(url);
  if (url !== undefined && LOCAL.test(url) && !isArchive) return undefined;
  const settled = version === '' && url !== undefined ? settledBy(url, isArchive) : version;
  const scope = isDevelopment ? 'development' : isConditional === true ? 'optional' : undefined;
  return {
    name,
    range: version === '' ? range : `===${version}`,
    ...(settled !== '' && { version: settled }),
    ...(line !== undefined && { line }),
    ...(scope !== undefined && { scope }),
  };
}

function settledBy(url: string, isArchive: boolean): string {
  if (isArchive) return url;
  const commit = readGitAddress(url)?.commit ?? '';
  return COMMIT.test(commit) ? commit : '';
}
