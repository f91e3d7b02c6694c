/**
 * The files of an installed Python package: `RECORD` of its `.dist-info` folder, and
 * `installed-files.txt` of an `.egg-info` folder.
 *
 * Source: Python packaging specifications, "Recording installed projects": CSV of path,
 * `algorithm=` with the digest in URL-safe base64 without padding, and size. Paths are relative to
 * the folder that holds `.dist-info`, may leave it (`../../../bin/pip`), and may be absolute.
 * `RECORD` itself and byte-compiled files have no digest; those of the latter are left out, because
 * Python writes them anew. `installed-files.txt` of setuptools has only paths, relative to the
 * `.egg-info` folder. `RECORD` names itself and `METADATA`, so it contains the name of its own
 * directory: one that names another directory was moved. Nothing is refused: a row that is none is
 * a note, because the file names no package and only adds to the evidence of one.
 */

import { Buffer } from 'node:buffer';

import { resolvePath } from '../../../core/base/artifact-path.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type {
  CatalogFile,
  OwnedFile,
  ExternalClaim,
  VersionClaim,
} from '../../../core/model/catalog/catalog.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { csvRows } from './csv.ts';

const FOLDER =
  /^(?<site>.*)\/(?<folder>[^/]+\.(?:dist-info|egg-info))\/(?:RECORD|installed-files\.txt)$/s;
const DIGEST = /^(?<algorithm>md5|sha1|sha256|sha512)=(?<base64>[A-Za-z0-9_-]+)=*$/;
const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ['md5', 16],
  ['sha1', 20],
  ['sha256', 32],
  ['sha512', 64],
]);
const METADATA_FOLDER = /^\/(?<stem>[^/]+)\.dist-info\/(?:METADATA|RECORD)$/s;
const DIST_PARTS = /^(?<name>.+)-(?<version>[^-]+)$/s;
const COMPILED = /\.py[co]$/;
/** The largest distributions seen have some 20,000. */
const MAX_FILES = 200_000;
const MAX_PATH_LENGTH = 4096;

export const record: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const { site = '', folder } = FOLDER.exec(file.path)?.groups ?? {};
    if (folder === undefined) return result.done();
    const isRecord = file.path.endsWith('/RECORD');
    const base = isRecord ? site : `${site}/${folder}`;
    const text = new TextDecoder().decode(await file.bytes());
    const ownedFiles: OwnedFile[] = [];
    for (const { fields, line } of isRecord ? csvRows(text) : plainRows(text)) {
      const [path = '', digest = ''] = fields;
      const absolute = path.length > MAX_PATH_LENGTH ? undefined : recordedPath(base, path);
      if (absolute === undefined) result.note('a row without a path', line);
      else if (digest === '' && COMPILED.test(absolute)) continue;
      else if (ownedFiles.length < MAX_FILES) ownedFiles.push(owned(absolute, digest));
      else {
        result.gap('limit', `only the first ${MAX_FILES} files are compared`, line);
        break;
      }
    }
    const metadata = `${site}/${folder}/${isRecord ? 'METADATA' : 'PKG-INFO'}`;
    result.addClaim({
      of: { kind: 'record', path: metadata },
      ...saidBy({ site, file, metadata }, ownedFiles),
    });
    return result.done();
  },
};

/** Returns the claims of the list. A `RECORD` may not name the metadata beside it. */
function saidBy(
  { site, file, metadata }: { site: string; file: CatalogFile; metadata: string },
  named: readonly OwnedFile[],
): Pick<ExternalClaim, 'ownedFiles' | 'versionClaims'> {
  const isWhole = named.some(({ path }) => path === metadata);
  if (isWhole || !file.path.endsWith('/RECORD')) return { ownedFiles: named };
  const versionClaims = ownFolderClaim(site, file.path, named);
  return {
    // Without a digest: such a list says nothing of the version, and is not to verify it.
    ownedFiles: [...named, { path: metadata, kind: 'file' }],
    ...(versionClaims.length > 0 && { versionClaims }),
  };
}

/** Returns the one folder of metadata beside its own that the list names as its own. */
function ownFolderClaim(
  site: string,
  path: string,
  ownedFiles: readonly OwnedFile[],
): readonly VersionClaim[] {
  const stems = new Set<string>();
  for (const owned of ownedFiles) {
    if (owned.path === path || !owned.path.startsWith(`${site}/`)) continue;
    const stem = METADATA_FOLDER.exec(owned.path.slice(site.length))?.groups?.['stem'];
    if (stem !== undefined) stems.add(stem);
  }
  const [stem, ...others] = stems;
  const { name, version } = DIST_PARTS.exec(stem ?? '')?.groups ?? {};
  if (name === undefined || version === undefined || others.length > 0) return [];
  return [{ by: 'RECORD', version, weight: 'binding', name: normalizePythonName(name), path }];
}

function* plainRows(text: string): Generator<{ fields: readonly string[]; line: number }> {
  let line = 0;
  for (const row of text.split('\n')) {
    line += 1;
    const path = row.trimEnd();
    if (path !== '' && path !== './' && path !== '.') yield { fields: [path], line };
  }
}

function owned(path: string, field: string): OwnedFile {
  const digest = digestOf(field);
  return { path, kind: 'file', ...(digest !== undefined && { digest }) };
}

/** Returns `undefined` where there is none, or one of an algorithm that is not read here. */
function digestOf(field: string): Digest | undefined {
  const { algorithm = '', base64 = '' } = DIGEST.exec(field)?.groups ?? {};
  const bytes = Buffer.from(base64, 'base64url');
  if (bytes.length !== DIGEST_BYTES.get(algorithm)) return undefined;
  return `${algorithm as 'sha256'}:${bytes.toString('hex')}`;
}

/** Returns `undefined` for nothing and for what would leave the artifact. */
function recordedPath(base: string, path: string): string | undefined {
  if (path === '') return undefined;
  // Most rows: nothing to resolve, and no list to make.
  if (!path.startsWith('/') && !path.includes('./') && !path.includes('//'))
    return `${base}/${path}`;
  return resolvePath(base, path);
}
