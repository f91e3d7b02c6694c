/**
 * Erlang packages pinned by Rebar: `rebar.lock`.
 *
 * Source: the Rebar3 documentation, "Dependencies", section "Lock files", and the form that Rebar
 * writes: Erlang terms, `{<<"name">>,{pkg,<<"package">>,<<"version">>},level}` with level 0 for
 * what is direct, or `{git,"url",{ref,"commit"}}`, with a folder behind it in `git_subdir`; behind
 * `pkg_hash_ext` the SHA-256 of each package's file. Git gives no version. A term that no full stop
 * ends was cut off, a gap, and so is a checksum of what is not listed. Refused: a file with neither
 * a list nor a dependency.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { gitQualifiers } from '../vcs-url.ts';

const ENTRY = /\{<<"(?<key>[^"\s]{1,300})">>,\s{0,100}\{(?<kind>[a-z_]{1,30}),/g;
const PACKAGE =
  /\s{0,100}<<"(?<name>[^"\s]{1,300})">>,\s{0,100}<<"(?<version>[^"]{1,200})">>[^{}]{0,500}\},\s{0,100}(?<level>\d{1,4})\s{0,100}\}/y;
const GIT =
  /\s{0,100}"(?<url>[^"]{1,2000})",\s{0,100}\{ref,\s{0,100}"(?<commit>[0-9a-f]{4,64})"\}(?:,\s{0,100}"[^"]{0,1000}")?\},\s{0,100}(?<level>\d{1,4})\s{0,100}\}/y;
const SUM = /\{<<"(?<name>[^"\s]{1,300})">>,\s{0,100}<<"(?<sum>[0-9A-Fa-f]{64})">>\}/g;
const SUMS = '{pkg_hash_ext,';

export const rebarLock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const text = new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.lines));
    if (text.trim() !== '' && !text.includes('[')) throw new ParseError(file.path, 'no list');
    const sums = sumsOf(text);
    const listed = new Set<string>();
    let line = 1;
    let counted = 0;
    for (const match of text.matchAll(ENTRY)) {
      for (; counted < match.index; counted += 1) if (text.charAt(counted) === '\n') line += 1;
      const { key = '', kind } = match.groups ?? {};
      const end = match.index + match[0].length;
      listed.add(key);
      const pkg = kind === 'pkg' ? readPackage(text, end, sums) : readGit(key, text, end);
      if (pkg === undefined) result.unreadableRow(match[0], { line });
      else {
        listed.add(pkg.name);
        result.add({ ...pkg, line });
      }
    }
    reportMissingLockEntries(
      [...sums.keys()].filter((name) => !listed.has(name)),
      result,
    );
    if (text.trim() !== '' && !text.trimEnd().endsWith('.')) {
      result.missingEnd('no full stop ends the last term');
    }
    return result.done();
  },
};

function sumsOf(text: string): ReadonlyMap<string, string> {
  const start = text.indexOf(SUMS);
  const sums = new Map<string, string>();
  if (start < 0) return sums;
  for (const { groups } of text.slice(start).matchAll(SUM)) {
    sums.set(groups?.['name'] ?? '', groups?.['sum'] ?? '');
  }
  return sums;
}

function readPackage(
  text: string,
  at: number,
  sums: ReadonlyMap<string, string>,
): CatalogedPackage | undefined {
  PACKAGE.lastIndex = at;
  const { name, version, level } = PACKAGE.exec(text)?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  const digests = hexDigests('sha256', sums.get(name));
  return {
    name,
    version,
    relationship: level === '0' ? 'direct' : 'indirect',
    ...(digests.length > 0 && { digests }),
  };
}

function readGit(name: string, text: string, at: number): CatalogedPackage | undefined {
  GIT.lastIndex = at;
  const { url, commit, level } = GIT.exec(text)?.groups ?? {};
  if (url === undefined) return undefined;
  return {
    name,
    version: '',
    relationship: level === '0' ? 'direct' : 'indirect',
    qualifiers: gitQualifiers(url, commit),
  };
}
