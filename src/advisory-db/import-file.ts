/** Reads one file of advisory data, whatever feed it is of. */

import { alpineSecdb } from '../advisory/feeds/alpine-secdb.ts';
import { chainguard } from '../advisory/feeds/chainguard.ts';
import { cve, cveArchiveMembers } from '../advisory/feeds/cve.ts';
import { debianTracker, trackerMembers } from '../advisory/feeds/debian-tracker.ts';
import { epss, epssDocuments } from '../advisory/feeds/epss.ts';
import { kev } from '../advisory/feeds/kev.ts';
import { nodejsCore } from '../advisory/feeds/nodejs-core.ts';
import { nvd, nvdRecords } from '../advisory/feeds/nvd.ts';
import { osvArchiveMembers } from '../advisory/feeds/osv-archive.ts';
import { osv } from '../advisory/feeds/osv.ts';
import { wolfi } from '../advisory/feeds/wolfi.ts';
import type { Feed, FeedDocument, OriginFile } from '../advisory/feed.ts';
import { gunzipIfCompressed } from '../advisory/gunzip.ts';
import { wholeDocument } from '../advisory/whole-document.ts';
import type { BaseBuilder } from './base-builder.ts';
import { detectImportFormat, MAX_JSON_BYTES, type ImportFormat } from './import-format.ts';
import { openLocalFile } from './file-origins.ts';

/** Files that are a part of their feed: what else is loaded of it stays. */
const PARTS: ReadonlySet<ImportFormat> = new Set(['osvRecord', 'nvdYear']);

/**
 * Reads the file into the build; `false` where it is of no known form.
 * @throws ParseError where it is of a known form and damaged; AssayError `ACCESS_DENIED`
 */
export async function readImportFile(path: string, build: BaseBuilder): Promise<boolean> {
  const file = await openLocalFile(path);
  if (file === undefined) return false;
  try {
    const form = await detectImportFormat(file);
    if (form === undefined) return false;
    const { feed, documents } = contentOf(form, file);
    const origin = { statesDates: false, isWholeFeed: !PARTS.has(form) };
    for await (const document of documents) await build.add(feed, document, origin);
    return true;
  } finally {
    await file.close();
  }
}

interface Content {
  readonly feed: Feed;
  readonly documents: AsyncIterable<FeedDocument>;
}

function contentOf(form: ImportFormat, file: OriginFile): Content {
  switch (form) {
    case 'osvArchive':
      return { feed: osv, documents: flat(osvArchiveMembers(file)) };
    case 'osvRecord':
      return { feed: osv, documents: wholeFile(file) };
    case 'alpineSecdb':
      return { feed: alpineSecdb, documents: wholeFile(file) };
    case 'wolfi':
      return { feed: wolfi, documents: wholeFile(file) };
    case 'chainguard':
      return { feed: chainguard, documents: wholeFile(file) };
    case 'debianTracker':
      return { feed: debianTracker, documents: trackerMembers(file) };
    case 'nodejsCore':
      return { feed: nodejsCore, documents: wholeFile(file) };
    case 'kev':
      return { feed: kev, documents: wholeFile(file) };
    case 'epss':
      return { feed: epss, documents: epssDocuments(file, gunzipIfCompressed) };
    case 'cveArchive':
      return { feed: cve, documents: cveArchiveMembers(file) };
    case 'nvdYear':
      return { feed: nvd, documents: nvdRecords(file, undefined, gunzipIfCompressed) };
  }
}

async function* wholeFile(file: OriginFile): AsyncIterable<FeedDocument> {
  yield await wholeDocument(file, MAX_JSON_BYTES);
}

async function* flat(lists: AsyncIterable<readonly FeedDocument[]>): AsyncIterable<FeedDocument> {
  for await (const documents of lists) yield* documents;
}
