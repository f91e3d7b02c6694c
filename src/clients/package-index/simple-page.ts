/**
 * The page of a project in a Python package index: its files with what the index states about them.
 *
 * Source: Python Packaging User Guide, "Simple repository API" (PEP 503 HTML, 691 JSON, 592 yanked
 * files, 658 and 714 metadata files, 700 sizes and times, 740 attestations, 792 status of
 * projects). Refused: other content types, other versions of the interface than 1, and JSON whose
 * files have no address.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import type { AssayError } from '../../core/base/errors.ts';
import { percentDecoded } from '../../core/base/http/http-url.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { hexDigests } from '../../formats/crypto/digest/package-digests.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { damagedAnswer, readIndexJson, type IndexAnswer } from './index-request.ts';
import { readHtmlLinks, type HtmlLink } from './simple-html.ts';

/** The page of a project. */
export interface SimplePage {
  readonly files: readonly SimpleFile[];
  /**
   * Status of the project, such as `quarantined`, and its reason. Absent: the index states none.
   */
  readonly status?: { readonly status: string; readonly reason?: string };
}

/** A file as an index lists it. */
export interface SimpleFile {
  /** Name in the address of the file. */
  readonly fileName: string;
  /** Name in the list, where it differs. */
  readonly otherName?: string;
  /** Absolute, without a fragment. */
  readonly url: URL;
  readonly digests: readonly Digest[];
  readonly requiresPython?: string;
  /** The reason, which can be empty. Absent: the file is not yanked. */
  readonly yanked?: string;
  /** Digests of the metadata file. Absent: there is none. Empty: there is one without a digest. */
  readonly metadata?: readonly Digest[];
  readonly sizeBytes?: number;
  /** Milliseconds since the Unix epoch. */
  readonly uploadedAt?: number;
  /** Address of its attestations. Absent: there are none. */
  readonly provenance?: URL;
}

/** The content type of a page in JSON. */
export const SIMPLE_JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
/** The content type of a page in HTML, beside `text/html`. */
export const SIMPLE_HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
/** The header `Accept` of a request for a page. */
export const SIMPLE_ACCEPT = `${SIMPLE_JSON_TYPE}, ${SIMPLE_HTML_TYPE};q=0.2, text/html;q=0.01`;

const HASH = /^(?<algorithm>md5|sha1|sha256|sha512)=(?<hex>[0-9a-f]+)$/iu;

/** Reads a page. @throws AssayError `DAMAGED` */
export function readSimplePage(answer: IndexAnswer): SimplePage {
  const { contentType, url } = answer;
  if (contentType === SIMPLE_JSON_TYPE || contentType === 'application/json') {
    return readJsonPage(answer);
  }
  if (contentType === SIMPLE_HTML_TYPE || contentType === 'text/html') return readHtmlPage(answer);
  throw damaged(url, `it has the content type "${contentType}"`);
}

function readJsonPage(answer: IndexAnswer): SimplePage {
  const { url } = answer;
  const page = readIndexJson(answer, 'a package index');
  const { meta, files } = page;
  const version = isJsonObject(meta) ? meta['api-version'] : undefined;
  if (typeof version !== 'string' || !/^1\./u.test(version)) {
    throw damaged(url, `its version of the interface is ${JSON.stringify(version)}, not 1`);
  }
  if (!isJsonArray(files)) throw damaged(url, 'it has no list of files');
  const { status, reason } = readStrings(page['project-status'], ['status', 'reason']);
  return {
    files: files.map((file) => readJsonFile(file, url)),
    ...(status !== undefined && { status: { status, ...(reason !== undefined && { reason }) } }),
  };
}

function readJsonFile(value: JsonValue, page: URL): SimpleFile {
  const file = isJsonObject(value) ? value : ({} as Record<string, JsonValue>);
  const { filename, url, hashes, size, yanked } = file;
  if (typeof url !== 'string' || !URL.canParse(url, page.href)) {
    throw damaged(page, 'a file has no address');
  }
  const target = withoutHash(new URL(url, page));
  const fileName = nameOf(target);
  const python = file['requires-python'];
  const uploadedAt = Date.parse(textOf(file['upload-time']));
  // The older name of the key counts where the newer one is missing.
  const metadata = file['core-metadata'] ?? file['dist-info-metadata'] ?? false;
  return {
    fileName,
    ...(typeof filename === 'string' && filename !== fileName && { otherName: filename }),
    url: target,
    digests: digestsIn(hashes),
    ...(typeof python === 'string' && { requiresPython: python }),
    ...(yanked === true && { yanked: '' }),
    ...(typeof yanked === 'string' && yanked !== '' && { yanked }),
    ...(metadata !== false && { metadata: digestsIn(metadata) }),
    ...(typeof size === 'number' && Number.isSafeInteger(size) && { sizeBytes: size }),
    ...(!Number.isNaN(uploadedAt) && { uploadedAt }),
    ...provenanceIn(textOf(file['provenance']), page),
  };
}

/**
 * Source: PEP 740, "Changes to the Simple APIs": an address of HTTP; `null` and an empty text stand
 * for none.
 */
function provenanceIn(text: string, page: URL): Pick<SimpleFile, 'provenance'> {
  if (text === '' || !URL.canParse(text, page.href)) return {};
  const provenance = new URL(text, page);
  return /^https?:$/u.test(provenance.protocol) ? { provenance } : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function digestsIn(hashes: JsonValue | undefined): readonly Digest[] {
  return Object.entries(isJsonObject(hashes) ? hashes : {}).flatMap(([algorithm, hex]) =>
    typeof hex === 'string' ? hexDigests(algorithm, hex) : [],
  );
}

function readHtmlPage({ url, bytes }: IndexAnswer): SimplePage {
  const { base, links } = readHtmlLinks(new TextDecoder('utf-8').decode(bytes));
  const from = base !== undefined && URL.canParse(base, url.href) ? new URL(base, url) : url;
  return { files: links.flatMap((link) => readHtmlFile(link, from)) };
}

function readHtmlFile({ href, attributes }: HtmlLink, from: URL): readonly SimpleFile[] {
  if (!URL.canParse(href, from.href)) return [];
  const target = new URL(href, from);
  const python = attributes.get('data-requires-python');
  const yanked = attributes.get('data-yanked');
  const metadata =
    attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata');
  return [
    {
      fileName: nameOf(target),
      url: withoutHash(target),
      digests: digestIn(target.hash.slice(1)),
      ...(python !== undefined && { requiresPython: python }),
      ...(yanked !== undefined && { yanked }),
      ...(metadata !== undefined && metadata !== 'false' && { metadata: digestIn(metadata) }),
      ...provenanceIn(attributes.get('data-provenance') ?? '', from),
    },
  ];
}

function digestIn(text: string): readonly Digest[] {
  const { algorithm = '', hex } = HASH.exec(text)?.groups ?? {};
  return hexDigests(algorithm.toLowerCase(), hex);
}

function withoutHash(url: URL): URL {
  const plain = new URL(url);
  plain.hash = '';
  return plain;
}

function nameOf({ pathname }: URL): string {
  return percentDecoded(baseName(pathname));
}

function damaged(url: URL, reason: string): AssayError {
  return damagedAnswer(url, reason, 'a package index');
}

/**
 * Returns the page in JSON. `name` is the normalized name of the project, `versions` those of its
 * files.
 */
export function simplePageJson(
  name: string,
  { files, status }: SimplePage,
  versions?: readonly string[],
): JsonObject {
  // Version 1.1 requires sizes and the list of versions.
  const isSized = versions !== undefined && files.every(({ sizeBytes }) => sizeBytes !== undefined);
  return {
    meta: { 'api-version': isSized ? '1.1' : '1.0' },
    name,
    ...(isSized && { versions: [...versions] }),
    ...(status !== undefined && { 'project-status': { ...status } }),
    files: files.map(fileJson),
  };
}

function fileJson(file: SimpleFile): JsonObject {
  const { requiresPython, yanked, metadata, sizeBytes, uploadedAt, provenance } = file;
  return {
    filename: file.otherName ?? file.fileName,
    url: file.url.href,
    hashes: hashesOf(file.digests),
    ...(requiresPython !== undefined && { 'requires-python': requiresPython }),
    ...(sizeBytes !== undefined && { size: sizeBytes }),
    ...(uploadedAt !== undefined && { 'upload-time': new Date(uploadedAt).toISOString() }),
    ...(yanked !== undefined && { yanked: yanked === '' ? true : yanked }),
    ...(provenance !== undefined && { provenance: provenance.href }),
    ...metadataJson(metadata),
  };
}

/**
 * Returns the key of PEP 714 without its older name `dist-info-metadata`: pip 22.3 to 23.1 fails on
 * an object there, and the package index of Python does not write it either.
 */
function metadataJson(metadata: readonly Digest[] | undefined): JsonObject {
  if (metadata === undefined) return {};
  const value = metadata.length === 0 ? true : hashesOf(metadata);
  return { 'core-metadata': value };
}

function hashesOf(digests: readonly Digest[]): JsonObject {
  return Object.fromEntries(
    digests.map((digest) => {
      const [algorithm = '', hex = ''] = digest.split(':', 2);
      return [algorithm, hex];
    }),
  );
}
