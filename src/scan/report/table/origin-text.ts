/**
 * The origin of a package, in one line: the layer and its instruction, or the file and line that
 * names it.
 */

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import { isBaseLayer, isLikelyBaseLayer, originWord } from '../../../core/model/artifact/origin.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { terminalText } from '../text/terminal-text.ts';

/** Longest instruction shown; enough for the package manager's call and its first packages. */
const MAX_INSTRUCTION = 60;
const MAX_PATH = 120;

/**
 * Returns the origin of a package. System packages of an image are identified by the layer that
 * brought them, because their database is rewritten whole by later layers; other packages by the
 * first place that names them.
 */
export function originText(pkg: Package, artifact: Artifact): string {
  if (isFromLayer(pkg, artifact)) return layerText(artifact, pkg.introducedIn);
  const [{ line }] = pkg.locations;
  const more = pkg.locations.length - 1;
  const place = firstPath(pkg) + (line === undefined ? '' : `:${line}`);
  return place + (more > 0 ? ` and ${more} more` : '') + layerOfPath(pkg, artifact);
}

function firstPath({ locations: [{ path }] }: Package): string {
  return terminalText(path.replace(/^\//u, ''), MAX_PATH);
}

/** Returns the layer behind a path, with a blank before it; empty where there are no layers. */
function layerOfPath(pkg: Package, artifact: Artifact): string {
  if (artifact.kind !== 'image') return '';
  const known = originWord(artifact, pkg);
  const line = lineText(artifact, pkg.introducedIn);
  if (known !== undefined) return ` (${layerName(pkg.introducedIn)}, ${known}${line})`;
  return ` (${hintedName(artifact, pkg.introducedIn, ', base?')}${line})`;
}

/**
 * Returns the line of the Dockerfile that made a layer, with a comma before it; empty where it is
 * not known.
 */
function lineText({ layers }: Artifact, index: number): string {
  const { dockerfile } = layers[index] ?? {};
  return dockerfile === undefined
    ? ''
    : `, ${terminalText(dockerfile.path, MAX_PATH)}:${dockerfile.line}`;
}

/** Returns a layer and the instruction that made it, where that is known. */
export function layerText(artifact: Artifact, index: number): string {
  const instruction = layerInstruction(artifact, index);
  const layer = shortLayerText(artifact, index);
  return instruction === '' ? layer : `${layer}: ${instruction}`;
}

/**
 * Returns the number of a layer, as in `layer 1 (base)`, or `layer 1 (base?)` where only the
 * history suggests it.
 */
export function shortLayerText(artifact: Artifact, index: number): string {
  const isBase = isBaseLayer(index, artifact);
  const line = lineText(artifact, index);
  if (isBase !== undefined) return `${layerName(index)} (${isBase ? 'base' : 'app'}${line})`;
  if (line !== '') return `${layerName(index)} (${line.slice(', '.length)})`;
  return hintedName(artifact, index, ' (base?)');
}

/** Returns the instruction that made a layer; empty where it is not known. */
export function layerInstruction(artifact: Artifact, index: number): string {
  return instructionText(artifact.layers[index]?.createdBy ?? '');
}

/** Returns whether the origin of a package is a layer, and not a file. */
export function isFromLayer(pkg: Package, artifact: Artifact): boolean {
  return artifact.kind === 'image' && ECOSYSTEMS[pkg.ecosystem].kind === 'os';
}

/**
 * Returns {@link originText} for a narrow column: layers without their instructions, other places
 * as a number.
 */
export function shortOriginText(pkg: Package, artifact: Artifact): string {
  if (isFromLayer(pkg, artifact)) return shortLayerText(artifact, pkg.introducedIn);
  const [{ line }] = pkg.locations;
  const more = pkg.locations.length - 1;
  const place = firstPath(pkg) + (line === undefined ? '' : `:${line}`);
  return place + (more > 0 ? ` +${more}` : '') + layerOfPath(pkg, artifact);
}

/**
 * Returns what packages of one layer or one file have in common: {@link shortOriginText} without
 * line and other places.
 */
export function commonOriginText(pkg: Package, artifact: Artifact): string {
  if (isFromLayer(pkg, artifact)) return layerText(artifact, pkg.introducedIn);
  return firstPath(pkg) + layerOfPath(pkg, artifact);
}

/** Returns the name of a layer; layers are counted from 1 for people. */
function layerName(index: number): string {
  return `layer ${index + 1}`;
}

/** Returns the name of a layer, marked if the history suggests that it comes from a base image. */
function hintedName(artifact: Artifact, index: number, mark: string): string {
  return layerName(index) + (isLikelyBaseLayer(index, artifact) ? mark : '');
}

const SHELL = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/sh -c /u;
const NOT_RUN = /^#\(nop\) +/u;
const BUILDKIT_MARK = / *# buildkit$/u;

/** Returns the instruction as in a Dockerfile; image history wraps it in the shell that ran it. */
function instructionText(createdBy: string): string {
  const text = terminalText(createdBy, 400).replace(BUILDKIT_MARK, '');
  const inner = text.replace(SHELL, '');
  if (inner === text) return terminalText(text, MAX_INSTRUCTION);
  const instruction = NOT_RUN.test(inner) ? inner.replace(NOT_RUN, '') : `RUN ${inner}`;
  return terminalText(instruction, MAX_INSTRUCTION);
}
