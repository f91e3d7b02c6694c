/** Finds the feed that a file belongs to, by its content. The file's name does not count. */

import type { Feed, FileForm, OriginFile } from '../feeds/feed.ts';
import { gunzipIfCompressed } from '../feeds/reading/gunzip.ts';
import { jsonMembers } from '../feeds/reading/json-members.ts';
import { FEEDS } from '../feeds/list.ts';
import { MAX_IMPORTED_BYTES } from '../feeds/reading/single-file.ts';
import { ParseError } from '../../core/base/errors.ts';

/** A form of file, and the feed that declares it. */
export interface RecognizedForm {
  readonly feed: Feed;
  readonly form: FileForm;
}

/** Keys that are read to recognize a JSON file. No record has as many. */
const MAX_KEYS = 64;
/** Bytes of the unpacked content that are read to recognize a file. */
const PEEKED_BYTES = 4096;
const MAX_GZIP_BYTES = 4 * 1024 * 1024 * 1024;
const MAGIC_BYTES = 2;
const ZIP_MAGIC = 'PK';
const GZIP_MAGIC = '\x1f\x8b';

/** Returns the forms of all feeds, in the order of the list. */
export async function fileForms(): Promise<readonly RecognizedForm[]> {
  const forms: RecognizedForm[] = [];
  for (const row of FEEDS) {
    const feed = await row.load();
    forms.push(...feed.recognizes.map((form) => ({ feed, form })));
  }
  return forms;
}

/**
 * Returns the form of a file, which stays open; `undefined` if no feed recognizes it.
 * @throws ParseError if it is a damaged zip archive
 */
export async function recognizeFile(file: OriginFile): Promise<RecognizedForm | undefined> {
  const forms = await fileForms();
  const head = await file.readAt(0, Math.min(file.sizeBytes, MAGIC_BYTES));
  const magic = Buffer.from(head).toString('latin1');
  if (magic === ZIP_MAGIC) return formOfArchive(file, forms);
  try {
    const found = formOfStart(await startOf(file), forms);
    if (found !== undefined || magic === GZIP_MAGIC) return found;
    if (file.sizeBytes > MAX_IMPORTED_BYTES) return undefined;
    return formOfJson(file.path, await file.readAt(0, file.sizeBytes), forms);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

async function formOfArchive(
  file: OriginFile,
  forms: readonly RecognizedForm[],
): Promise<RecognizedForm | undefined> {
  let fallback: RecognizedForm | undefined;
  for (const one of forms) {
    const { evidence } = one.form;
    if (evidence.kind !== 'zip') continue;
    if (evidence.matches === undefined) fallback = one;
    else if (await evidence.matches(file)) return one;
  }
  return fallback;
}

async function startOf(file: OriginFile): Promise<string> {
  let start = '';
  for await (const piece of gunzipIfCompressed(file, MAX_GZIP_BYTES)) {
    start += Buffer.from(piece.subarray(0, PEEKED_BYTES)).toString('latin1');
    if (start.length >= PEEKED_BYTES) break;
  }
  return start;
}

function formOfStart(start: string, forms: readonly RecognizedForm[]): RecognizedForm | undefined {
  return forms.find(
    ({ form: { evidence } }) => evidence.kind === 'start' && evidence.pattern.test(start),
  );
}

/**
 * Reads as many members as a form needs: what follows them may be damaged, which is for the feed to
 * report.
 */
function formOfJson(
  path: string,
  bytes: Uint8Array,
  forms: readonly RecognizedForm[],
): RecognizedForm | undefined {
  const members = new Map<string, Uint8Array>();
  for (const member of jsonMembers(path, bytes)) {
    members.set(member.key, member.bytes);
    const found = forms.find(
      ({ form: { evidence } }) => evidence.kind === 'json' && evidence.matches(members),
    );
    if (found !== undefined) return found;
    if (members.size > MAX_KEYS) return undefined;
  }
  return undefined;
}
