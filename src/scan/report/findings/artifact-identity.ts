/**
 * Names of artifacts that stay the same from one build to the next, for readers that compare
 * reports of different days, and places within artifacts as relative URI references (RFC 3986,
 * section 4.2).
 */

import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type { SourceKind } from '../../../core/model/artifact/source-kind.ts';
import { terminalText } from '../text/terminal-text.ts';

/**
 * Sources in which the reference is the name of a file, which often contains the number of a build.
 */
const FILE_SOURCES: ReadonlySet<SourceKind> = new Set(['archive', 'layout', 'standard-input']);

/**
 * Returns the name of an artifact without tag and digest: `registry.example/app`. An archive goes
 * by the name of the image in it, where it has one.
 */
export function stableName({ image, reference, source }: Artifact): string {
  const [tag] = image?.tags ?? [];
  const isFile = source !== undefined && FILE_SOURCES.has(source.kind);
  const name = tag !== undefined && isFile ? tag : reference;
  const bare = (image === undefined ? name : withoutTag(name)).replace(/^\/+/u, '');
  return terminalText(bare, 300) || 'unnamed';
}

/** Returns `linux/arm64/v8`; `undefined` for what is not an image. */
export function platformText({ image }: Artifact): string | undefined {
  if (image === undefined) return undefined;
  const { os, architecture, variant } = image.platform;
  return terminalText([os, architecture, variant].filter((part) => part !== undefined).join('/'));
}

function withoutTag(reference: string): string {
  const [name = ''] = reference.split('@', 1);
  const colon = name.lastIndexOf(':');
  // A colon before the last slash belongs to the port of a registry.
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/**
 * Returns the URI reference of a file: relative to the root of an image, else to the directory that
 * the command was started in, which for code hosts is the root of the repository. Where the target
 * was named by an absolute path or lies above that directory, the reference is relative to the
 * target.
 */
export function placeUri(artifact: Artifact, { path }: Location): string {
  const directory = targetDirectory(artifact);
  const place = path.startsWith('/') ? path.slice(1) : path;
  if (directory.length === 0 && PLAIN_PATH.test(place)) return place;
  return partsOf(directory, place).map(encoded).join('/') || '.';
}

/** Returns the same as a path, for readers that take no URI. It may contain any character. */
export function placePath(artifact: Artifact, { path }: Location): string {
  return partsOf(targetDirectory(artifact), path).join('/') || '.';
}

/** Returns whether a place in an image is in none of its files, all of whose paths are absolute. */
export function isOfConfiguration({ kind }: Artifact, { path }: Location): boolean {
  return kind === 'image' && !path.startsWith('/');
}

function partsOf(directory: readonly string[], place: string): readonly string[] {
  return [...directory, ...place.split('/')].filter((part) => part !== '' && part !== '.');
}

/**
 * A path without empty parts, without dots at the beginning of parts, and of characters that mean
 * themselves.
 */
const PLAIN_PATH = /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/;

function targetDirectory({ kind, reference, source }: Artifact): readonly string[] {
  if (source?.kind === 'git' || reference.startsWith('/')) return [];
  if (kind !== 'directory' && kind !== 'file' && kind !== 'repository') return [];
  const parts = reference.split('/');
  if (parts.includes('..') || reference.includes('://')) return [];
  return kind === 'file' ? parts.slice(0, -1) : parts;
}

const LONE_SURROGATES = /\p{Cs}/gu;

function encoded(part: string): string {
  return part === '..' ? '%2E%2E' : encodeURIComponent(part.replace(LONE_SURROGATES, '\uFFFD'));
}
