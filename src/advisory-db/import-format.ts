/** Tells of what feed a file is, by its content; names of files are not asked. */

import { openCveArchive } from '../advisory/feeds/cve.ts';
import type { OriginFile } from '../advisory/feed.ts';
import { gunzipIfCompressed } from '../advisory/gunzip.ts';
import { jsonMembers, type JsonMember } from '../advisory/json-members.ts';
import { ParseError } from '../base/errors.ts';

export type ImportFormat =
  | 'osvArchive'
  | 'osvRecord'
  | 'alpineSecdb'
  | 'wolfi'
  | 'chainguard'
  | 'debianTracker'
  | 'nodejsCore'
  | 'kev'
  | 'epss'
  | 'cveArchive'
  | 'nvdYear';

/** For people who gave something else. */
export const KNOWN_FORMATS =
  'an OSV or CVE archive, OSV records, a secdb of Alpine, Wolfi or Chainguard, a Debian tracker file, the lists of KEV, EPSS or Node.js, a year of NVD';

/** The tracker's file is the largest that is read whole. */
export const MAX_JSON_BYTES = 256 * 1024 * 1024;
/** Keys that are looked at to tell what a JSON file is; no record has so many. */
const MAX_KEYS = 64;
/** Of the unpacked content. */
const PEEKED_BYTES = 4096;
const MAX_GZIP_BYTES = 4 * 1024 * 1024 * 1024;
const MAGIC_BYTES = 2;
const ZIP_MAGIC = 'PK';
const GZIP_MAGIC = '\x1f\x8b';

/** `undefined` where the content is of no known form. @throws ParseError where it is a damaged zip archive */
export async function detectImportFormat(file: OriginFile): Promise<ImportFormat | undefined> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, MAGIC_BYTES));
  const magic = Buffer.from(head).toString('latin1');
  if (magic === ZIP_MAGIC) return (await isCveArchive(file)) ? 'cveArchive' : 'osvArchive';
  try {
    const form = await formOfStart(file);
    if (form !== undefined || magic === GZIP_MAGIC) return form;
    if (file.sizeBytes > MAX_JSON_BYTES) return undefined;
    return jsonFormOf(file.path, await file.readAt(0, file.sizeBytes));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Records of OSV may be named by CVE ids too, so one is read. */
async function isCveArchive(file: OriginFile): Promise<boolean> {
  const { archive, records } = await openCveArchive(file);
  const [first] = records;
  if (first === undefined) return false;
  try {
    const record = jsonMembers(first.name, await archive.read(first));
    for (const { key } of record) if (key === 'cveMetadata') return true;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return false;
}

const EPSS_START = /^(?:#model_version:|cve,epss,percentile\s)/;
const NVD_START = /^\s*\{[^[]*"format"\s*:\s*"NVD_CVE"/;

/** Of files that are published as gzip. */
async function formOfStart(file: OriginFile): Promise<ImportFormat | undefined> {
  let start = '';
  for await (const piece of gunzipIfCompressed(file, MAX_GZIP_BYTES)) {
    start += Buffer.from(piece.subarray(0, PEEKED_BYTES)).toString('latin1');
    if (start.length >= PEEKED_BYTES) break;
  }
  if (EPSS_START.test(start)) return 'epss';
  return NVD_START.test(start) ? 'nvdYear' : undefined;
}

function jsonFormOf(path: string, bytes: Uint8Array): ImportFormat | undefined {
  const members = new Map<string, Uint8Array>();
  for (const member of jsonMembers(path, bytes)) {
    const form = members.size === 0 ? formOfFirst(path, member) : undefined;
    if (form !== undefined) return form;
    members.set(member.key, member.bytes);
    const known = formOfMembers(members);
    if (known !== undefined) return known;
    if (members.size > MAX_KEYS) return undefined;
  }
  return undefined;
}

const ISSUE_ID = /^(?:CVE|TEMP)-/;
const ENTRY_NUMBER = /^\d{1,9}$/;

/** Files whose keys are data: the tracker has issues by source package, Node.js entries by number. */
function formOfFirst(path: string, { key, bytes }: JsonMember): ImportFormat | undefined {
  if (bytes[0] !== '{'.charCodeAt(0)) return undefined;
  const isEntry = ENTRY_NUMBER.test(key);
  for (const { key: inner } of jsonMembers(path, bytes)) {
    if (!isEntry) return ISSUE_ID.test(inner) ? 'debianTracker' : undefined;
    if (inner === 'vulnerable') return 'nodejsCore';
  }
  return undefined;
}

const URL_OF_ROLLING = /^"https:\/\/(?<host>packages\.wolfi\.dev|packages\.cgr\.dev)(?:\/|"$)/;

function formOfMembers(members: ReadonlyMap<string, Uint8Array>): ImportFormat | undefined {
  if (members.has('id') && members.has('modified')) return 'osvRecord';
  if (members.has('catalogVersion') && members.has('vulnerabilities')) return 'kev';
  if (!members.has('packages')) return undefined;
  if (members.has('distroversion')) return 'alpineSecdb';
  const url = Buffer.from(members.get('urlprefix') ?? '').toString('latin1');
  const host = URL_OF_ROLLING.exec(url)?.groups?.['host'];
  if (host === undefined) return undefined;
  return host === 'packages.wolfi.dev' ? 'wolfi' : 'chainguard';
}
