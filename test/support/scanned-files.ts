/** Whole scans of small trees and images that a test writes down as text. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { quietContext } from '../../src/core/base/context.ts';
import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { makeImage, ociFiles, tarOf } from './stored-images.ts';

/** Bodies by path; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** Scans a directory with these files; `links` are symlinks by path, `modes` are permissions. */
export async function scannedTree(
  files: Files,
  {
    links = {},
    modes = {},
    ...request
  }: Partial<ScanRequest> & {
    readonly links?: Readonly<Record<string, string>>;
    readonly modes?: Readonly<Record<string, number>>;
  } = {},
): Promise<ArtifactResult> {
  return inFolder(async (folder) => {
    for (const [path, body] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), textOf(body));
    }
    for (const [path, mode] of Object.entries(modes)) chmodSync(join(folder, path), mode);
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(target, join(folder, path));
    }
    return only({ targets: [{ reference: folder, kind: 'directory' }], ...request });
  });
}

/** Scans an image with these layers, the lowest first. */
export async function scannedImage(
  layers: readonly (Files | readonly TarMember[])[],
  request: Partial<ScanRequest> = {},
): Promise<ArtifactResult> {
  return inFolder(async (folder) => {
    const image = makeImage(layers.map((layer) => (isMembers(layer) ? layer : membersOf(layer))));
    const reference = join(folder, 'image.tar');
    writeFileSync(reference, tarOf(ociFiles([{ image, tag: 'latest' }])));
    return only({ targets: [{ reference, kind: 'image' }], ...request });
  });
}

/** The messages of one kind of gap, with their places. */
export function gapsIn(
  { diagnostics }: Pick<ArtifactResult, 'diagnostics'>,
  kind = 'unpinned',
): readonly string[] {
  return diagnostics
    .filter(({ gap }) => gap === kind)
    .map(({ message, location }) => `${location?.path ?? ''}: ${message}`)
    .sort();
}

/** `name@version` of the packages, sorted. */
export function packagesIn({ inventory }: Pick<ArtifactResult, 'inventory'>): readonly string[] {
  return inventory.packages.map(({ name, version }) => `${name}@${version}`).sort();
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-files-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function only(request: ScanRequest): Promise<ArtifactResult> {
  const { results } = await scan({ allowEmpty: true, ...request }, quietContext());
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function isMembers(layer: Files | readonly TarMember[]): layer is readonly TarMember[] {
  return Array.isArray(layer);
}

function membersOf(files: Files): readonly TarMember[] {
  return Object.entries(files).map(([path, body]) => ({ path, body: Buffer.from(textOf(body)) }));
}

function textOf(body: string | object): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
