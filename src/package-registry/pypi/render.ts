/**
 * The page of a project as clients get it, in JSON and in HTML. Hidden files are listed as yanked
 * with the reason, so that ranges pass over them and a pin leads to the refusal. Addresses of files
 * lead to this registry.
 *
 * Source: Python Packaging User Guide, "Simple repository API" (PEP 503, 592, 658, 691, 700, 714,
 * 740).
 */

import { createHash } from 'node:crypto';

import type { Digest } from '../../core/model/artifact/artifact.ts';
import { simplePageJson, type SimpleFile } from '../../clients/package-index/simple-page.ts';
import { isStrong } from './project.ts';
import type { FileView, ProjectView } from './view.ts';

/** A form of a page. */
export type PageForm = 'json' | 'html';

/** A rendered page. */
export interface RenderedPage {
  readonly bytes: Uint8Array;
  /** In quotes. Both forms have different ones. */
  readonly etag: string;
}

/** Path of files below the address of the registry. */
const FILES_PATH = 'pypi/files/';

/** Renders a page. `base` is the address of this registry, with a slash at its end. */
export function renderPage(view: ProjectView, form: PageForm, base: string): RenderedPage {
  const files = [...view.files.values()].map((file) => servedFile(view.name, file, base));
  const versions = [...new Set([...view.files.values()].map(({ version }) => version))];
  const text =
    form === 'json'
      ? JSON.stringify(simplePageJson(view.name, { files }, versions))
      : htmlPage(view.name, files);
  const bytes = Buffer.from(text);
  const digest = createHash('sha256').update(`${form}\n`).update(bytes).digest('base64url');
  return { bytes, etag: `"${form}-${digest}"` };
}

function servedFile(name: string, file: FileView, base: string): SimpleFile {
  const { listed, fileName, isHidden, decision } = file;
  const { requiresPython, yanked, metadata, sizeBytes, uploadedAt, digests } = listed;
  const reason = isHidden ? hiddenText(decision.causes[0]?.text) : yanked;
  const url = new URL(`${FILES_PATH}${name}/${encodeURIComponent(fileName)}`, base);
  const hasProvenance = file.isServed && listed.provenance !== undefined;
  return {
    fileName,
    url,
    digests,
    ...(hasProvenance && { provenance: new URL(`${url.href}.provenance`) }),
    ...(requiresPython !== undefined && { requiresPython }),
    ...(reason !== undefined && { yanked: reason }),
    // Without a digest a metadata file could not be checked, and the installer reads the file
    // itself.
    ...(file.isServed && metadata !== undefined && isStrong(metadata) && { metadata }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(uploadedAt !== undefined && { uploadedAt }),
  };
}

function hiddenText(text = 'no reason is given'): string {
  return `hidden by the policy of this registry: ${text}`;
}

function htmlPage(name: string, files: readonly SimpleFile[]): string {
  return [
    '<!DOCTYPE html>',
    '<html><head><meta charset="utf-8"><meta name="pypi:repository-version" content="1.1">',
    `<title>Links for ${name}</title></head><body>`,
    ...files.map((file) => htmlLink(file)),
    '</body></html>',
    '',
  ].join('\n');
}

function htmlLink({ url, fileName, digests, ...file }: SimpleFile): string {
  const { requiresPython, yanked, metadata, provenance } = file;
  const attributes = [
    ['href', `${url.href}${fragmentOf(digests)}`],
    ...(requiresPython === undefined ? [] : [['data-requires-python', requiresPython]]),
    ...(yanked === undefined ? [] : [['data-yanked', yanked]]),
    ...(metadata === undefined
      ? []
      : ['data-core-metadata', 'data-dist-info-metadata'].map((key) => [key, hashOf(metadata)])),
    ...(provenance === undefined ? [] : [['data-provenance', provenance.href]]),
  ];
  const text = attributes.map(([key = '', value = '']) => ` ${key}="${escaped(value)}"`).join('');
  return `<a${text}>${escaped(fileName)}</a><br>`;
}

/** An address has one hash: the strongest that all installers know. */
function fragmentOf(digests: readonly Digest[]): string {
  return isStrong(digests) ? `#${hashOf(digests)}` : '';
}

function hashOf(digests: readonly Digest[]): string {
  const digest =
    digests.find((one) => one.startsWith('sha256:')) ??
    digests.find((one) => one.startsWith('sha512:'));
  return digest?.replace(':', '=') ?? '';
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
