/**
 * The selection of an image in an archive or layout: `PATH`, `PATH:TAG`, `PATH@DIGEST` or, by its
 * place in the list, `PATH:@N`.
 */

import { stat } from 'node:fs/promises';

import { AssayError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import { fileError } from '../file-error.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** The selection after a path; empty if there is only the path. */
export interface Selection {
  readonly tag?: string;
  readonly digest?: Digest;
  /** Among those that the archive or the layout lists, from 0: as skopeo counts. */
  readonly position?: number;
}

/** The position, as in containers-transports(5), of `docker-archive` and `oci`. */
const POSITION = /^@(?<position>\d{1,4})$/;

/** Parses the text after the colon. */
export function parseSelection(colon: string): Selection {
  const position = POSITION.exec(colon)?.groups?.['position'];
  return position === undefined ? { tag: colon } : { position: Number(position) };
}

/** Returns a selection as it was written. */
export function formatSelection({ tag, digest, position }: Selection): string | undefined {
  return tag ?? digest ?? (position === undefined ? undefined : `@${position}`);
}

/** A reference that names something on this disk. */
export interface LocalTarget {
  readonly path: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly selection: Selection;
}

/**
 * Looks the reference up as a path, then without a digest or tag behind it. Where `archive` is
 * given it is the path, and what follows it in the reference chooses an image. A digest in the
 * reference is part of the selection in every reading.
 *
 * @throws AssayError `ACCESS_DENIED`
 */
export async function findTarget(
  reference: string,
  archive?: string,
): Promise<LocalTarget | undefined> {
  const forms = archive === undefined ? readings(reference) : [withinArchive(reference, archive)];
  for (const { path, selection } of forms) {
    const target = await lookUp(path, selection);
    if (target !== undefined) return target;
  }
  return undefined;
}

/**
 * Returns whether one of an image's names is meant: the whole name, its end, or the tag at its end.
 */
export function hasName(names: readonly string[], wanted: string): boolean {
  return NAME_FORMS.some((isMeant) => names.some((name) => isMeant(name, wanted)));
}

/**
 * Accepted forms of a name, from its whole to its tag; the first form that fits any image decides.
 */
const NAME_FORMS: readonly ((name: string, wanted: string) => boolean)[] = [
  (name, wanted) => name === wanted,
  (name, wanted) => name === `${wanted}:latest`,
  (name, wanted) => name.endsWith(`/${wanted}`),
  (name, wanted) => name.endsWith(`/${wanted}:latest`),
  (name, wanted) => name.endsWith(`:${wanted}`),
];

/**
 * Returns the image of that name: several manifests only where they are one image for several
 * platforms, which have the same group. Empty where there is none.
 *
 * @throws AssayError `USAGE` naming the choices where the name can mean several images.
 */
export function chooseByName<
  T extends { readonly tags: readonly string[]; readonly group: string },
>(images: readonly T[], wanted: string, archive: string): readonly T[] {
  for (const isMeant of NAME_FORMS) {
    const fits = (name: string): boolean => isMeant(name, wanted);
    const meant = images.filter(({ tags }) => tags.some(fits));
    if (meant.length === 0) continue;
    if (new Set(meant.map(({ group }) => group)).size === 1) return meant;
    const choices = [...new Set(meant.flatMap(({ tags }) => tags.filter(fits)))];
    throw new AssayError('USAGE', `"${wanted}" can mean several images in "${archive}"`, {
      hint: `Write one of these instead: ${choices.join(', ')}`,
    });
  }
  return [];
}

interface Reading {
  readonly path: string;
  readonly selection: Selection;
}

function withinArchive(reference: string, archive: string): Reading {
  const behind = reference.slice(archive.length);
  const digest = behind.startsWith('@') ? parseDigest(behind.slice(1)) : undefined;
  if (digest !== undefined) return { path: archive, selection: { digest } };
  return { path: archive, selection: behind === '' ? {} : parseSelection(behind.slice(1)) };
}

function readings(reference: string): readonly Reading[] {
  const at = reference.lastIndexOf('@');
  const digest = at > 0 ? parseDigest(reference.slice(at + 1)) : undefined;
  const found: Reading[] = [
    { path: reference, selection: digest === undefined ? {} : { digest } },
    ...(digest === undefined ? [] : [{ path: reference.slice(0, at), selection: { digest } }]),
  ];
  // A tag may itself be a whole name with colons, so every colon is tried, the longest path first.
  let colon = reference.lastIndexOf(':', digest === undefined ? undefined : at);
  while (colon > 0) {
    const tag = reference.slice(colon + 1);
    if (tag !== '' && found.length < 8) {
      found.push({ path: reference.slice(0, colon), selection: parseSelection(tag) });
    }
    colon = reference.lastIndexOf(':', colon - 1);
  }
  return found;
}

async function lookUp(path: string, selection: Selection): Promise<LocalTarget | undefined> {
  if (path === '' || path.includes('\0')) return undefined;
  try {
    const stats = await stat(path);
    return { path, selection, isFolder: stats.isDirectory(), isFile: stats.isFile() };
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw fileError(error, path);
  }
}
