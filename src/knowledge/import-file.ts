/** Reads one file of advisory data, whatever feed it is of. */

import { alpineSecdb } from '../advisory/feeds/alpine-secdb.ts';
import { debianTracker, trackerMembers } from '../advisory/feeds/debian-tracker.ts';
import { osv, osvArchiveMembers } from '../advisory/feeds/osv.ts';
import type { Feed, FeedDocument, OriginFile } from '../advisory/feed.ts';
import { jsonMembers } from '../advisory/json-members.ts';
import { wholeDocument } from '../advisory/whole-document.ts';
import { ParseError } from '../base/errors.ts';
import type { BaseBuild } from './build.ts';
import { openLocalFile } from './origins.ts';

/** A feed's file, as its content shows; names are not asked. */
type FileForm = 'osvArchive' | 'osvRecord' | 'alpineSecdb' | 'debianTracker';

/** The tracker's file is the largest. */
const MAX_JSON_BYTES = 256 * 1024 * 1024;
/** Keys that are looked at to tell what a JSON file is; no record has so many. */
const MAX_KEYS = 64;
const ZIP_MAGIC = 'PK';
const ISSUE_ID = /^(?:CVE|TEMP)-/;

/**
 * Reads the file into the build; `false` where it is of no known form.
 * @throws ParseError where it is of a known form and damaged; AssayError `ACCESS_DENIED`
 */
export async function readImportFile(path: string, build: BaseBuild): Promise<boolean> {
  const file = await openLocalFile(path);
  if (file === undefined) return false;
  try {
    const form = await formOf(file);
    if (form === undefined) return false;
    const { feed, documents } = contentOf(form, file);
    const origin = { statesDates: false, isWholeFeed: form !== 'osvRecord' };
    for await (const document of documents) await build.add(feed, document, origin);
    return true;
  } finally {
    await file.close();
  }
}

/** `undefined` where the content is of no known form. */
async function formOf(file: OriginFile): Promise<FileForm | undefined> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, ZIP_MAGIC.length));
  if (Buffer.from(head).toString('latin1') === ZIP_MAGIC) return 'osvArchive';
  if (file.sizeBytes > MAX_JSON_BYTES) return undefined;
  try {
    return jsonFormOf(file.path, await file.readAt(0, file.sizeBytes));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function jsonFormOf(path: string, bytes: Uint8Array): FileForm | undefined {
  const keys = new Set<string>();
  for (const { key, bytes: value } of jsonMembers(path, bytes)) {
    if (keys.size === 0 && isIssueList(path, value)) return 'debianTracker';
    keys.add(key);
    if (keys.has('distroversion') && keys.has('packages')) return 'alpineSecdb';
    if (keys.has('id') && keys.has('modified')) return 'osvRecord';
    if (keys.size > MAX_KEYS) return undefined;
  }
  return undefined;
}

/** The value of a source package in the tracker's file: issues by their ids. */
function isIssueList(path: string, value: Uint8Array): boolean {
  if (value[0] !== '{'.charCodeAt(0)) return false;
  for (const { key } of jsonMembers(path, value)) return ISSUE_ID.test(key);
  return false;
}

interface Content {
  readonly feed: Feed;
  readonly documents: AsyncIterable<FeedDocument>;
}

function contentOf(form: FileForm, file: OriginFile): Content {
  switch (form) {
    case 'osvArchive':
      return { feed: osv, documents: flat(osvArchiveMembers(file)) };
    case 'osvRecord':
      return { feed: osv, documents: wholeFile(file) };
    case 'alpineSecdb':
      return { feed: alpineSecdb, documents: wholeFile(file) };
    case 'debianTracker':
      return { feed: debianTracker, documents: trackerMembers(file) };
  }
}

async function* wholeFile(file: OriginFile): AsyncIterable<FeedDocument> {
  yield await wholeDocument(file, MAX_JSON_BYTES);
}

async function* flat(lists: AsyncIterable<readonly FeedDocument[]>): AsyncIterable<FeedDocument> {
  for await (const documents of lists) yield* documents;
}
