/**
 * A project of a Python package index as it is stored: its page in JSON with absolute addresses.
 *
 * A file is unusable if its page has no SHA-256 or SHA-512 of it, or lists it under another name
 * than its address has, or if the project is quarantined. Files whose names contain no version of
 * the project by PEP 440 are left out, as current installers do.
 */

import { ParseError } from '../../core/base/errors.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { purlOf } from '../../core/model/purl/purl.ts';
import { versionOfFile } from '../../clients/package-index/simple-index.ts';
import {
  readSimplePage,
  SIMPLE_ACCEPT,
  SIMPLE_JSON_TYPE,
  simplePageJson,
  type SimpleFile,
  type SimplePage,
} from '../../clients/package-index/simple-page.ts';
import { isValidVersion } from '../../core/version/index.ts';
import type { DocumentFormat } from '../documents.ts';
import type { MovedItem, SeenItem } from '../first-seen.ts';
import { isFileName } from './names.ts';

/** A project with its files. */
export interface PypiProject {
  /** Normalized. */
  readonly name: string;
  /** By name, in the order of the page. */
  readonly files: ReadonlyMap<string, PypiFile>;
  readonly page: SimplePage;
}

/** A file of a project. */
export interface PypiFile {
  readonly version: string;
  readonly listed: SimpleFile;
  /** Why the project is deprecated or the file is yanked. Absent: neither. */
  readonly deprecated?: string;
  /** Why the file cannot be served, without its name. Absent: it can. */
  readonly unusable?: string;
}

/** The largest projects of public indexes have some 20 MB. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const METADATA_SUFFIX = '.metadata';

/** The format of pages of projects. Names are normalized by the caller. */
export const projectFormat: DocumentFormat<PypiProject> = {
  accept: SIMPLE_ACCEPT,
  maxBytes: MAX_PAGE_BYTES,
  addressOf: (name, index) => new URL(`${name}/`, index),
  storedForm: (name, answer) => storedForm(name, readSimplePage(answer)),
  read: readProject,
  itemsOf: (project) => [...project.files.values()].flatMap((file) => itemsOf(project.name, file)),
  withoutMoved,
};

function storedForm(name: string, page: SimplePage): Uint8Array {
  return Buffer.from(JSON.stringify(simplePageJson(name, page)));
}

/** Addresses are absolute, so that this one has no effect. */
const NO_ADDRESS = new URL('https://index.invalid/');

function readProject(name: string, bytes: Uint8Array): PypiProject {
  let page: SimplePage;
  try {
    page = readSimplePage({ url: NO_ADDRESS, contentType: SIMPLE_JSON_TYPE, bytes });
  } catch (error) {
    if (error instanceof AssayError) throw new ParseError(name, error.message);
    throw error;
  }
  const files = new Map<string, PypiFile>();
  for (const listed of page.files) {
    const fileName = listed.otherName ?? listed.fileName;
    const version = versionOfFile(fileName, name);
    if (version === undefined || !isFileName(fileName) || files.has(fileName)) continue;
    if (!isValidVersion('pypi', version)) continue;
    files.set(fileName, { version, listed, ...standingOf(listed, page) });
  }
  return { name, files, page };
}

/** A text of a publisher that reaches people. */
const MAX_TEXT = 300;

function standingOf(
  listed: SimpleFile,
  { status }: SimplePage,
): Pick<PypiFile, 'deprecated' | 'unusable'> {
  const { yanked } = listed;
  const unusable = problemOf(listed, status?.status);
  const reason =
    yanked === undefined ? deprecationOf(status) : `yanked, ${yanked || 'no reason is given'}`;
  return {
    ...(reason !== undefined && { deprecated: reason.slice(0, MAX_TEXT) }),
    ...(unusable !== undefined && { unusable }),
  };
}

function deprecationOf(status: SimplePage['status']): string | undefined {
  if (status?.status !== 'deprecated' && status?.status !== 'archived') return undefined;
  return `the project is ${status.status}, ${status.reason ?? 'no reason is given'}`;
}

function problemOf(
  { digests, otherName }: SimpleFile,
  status: string | undefined,
): string | undefined {
  if (status === 'quarantined') return 'its index has quarantined the project';
  if (otherName !== undefined) return 'its index lists it under another name than its address has';
  return isStrong(digests) ? undefined : 'its index names no SHA-256 and no SHA-512 of it';
}

/** Whether these digests suffice to recognize a file. */
export function isStrong(digests: readonly Digest[]): boolean {
  return digests.some((digest) => /^sha(?:256|512):/u.test(digest));
}

/** The file and its metadata file, which installers decide by. */
function itemsOf(name: string, { version, listed }: PypiFile): readonly SeenItem[] {
  const { fileName, digests, metadata = [] } = listed;
  const itemOf = (id: string, own: readonly Digest[]): SeenItem => ({
    id,
    purl: purlOf({ ecosystem: 'pypi', name, version, qualifiers: new Map([['file_name', id]]) }),
    digests: own,
  });
  if (!isStrong(metadata)) return [itemOf(fileName, digests)];
  return [itemOf(fileName, digests), itemOf(`${fileName}${METADATA_SUFFIX}`, metadata)];
}

/** Old rows in place of those that have moved. A metadata file that has moved is left out. */
function withoutMoved(
  { name, page }: PypiProject,
  moved: readonly MovedItem[],
  old: PypiProject | undefined,
): Uint8Array {
  const ids = new Set(moved.map(({ id }) => id));
  const files = page.files.flatMap((file) => {
    const before = old?.files.get(file.fileName)?.listed;
    if (ids.has(file.fileName)) return before === undefined ? [] : [before];
    return [ids.has(`${file.fileName}${METADATA_SUFFIX}`) ? withoutMetadata(file) : file];
  });
  return storedForm(name, { ...page, files });
}

function withoutMetadata(file: SimpleFile): SimpleFile {
  const { metadata, ...rest } = file;
  return metadata === undefined ? file : rest;
}
