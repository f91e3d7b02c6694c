/** Sentences on what images lack in comparison with the first one, and on the Pareto set. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type {
  BaseComparison,
  ComparedImage,
  ImageLosses,
  ParetoDimension,
} from '../../../core/model/report/base-comparison.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import { TOOL_KINDS, type ToolKind } from '../../../core/model/artifact/contents.ts';
import { TOOL_LABELS, toolText } from './base-rows.ts';
import { terminalText } from '../text/terminal-text.ts';

/** The losses of an image, by its name. */
export interface LossText {
  readonly name: string;
  readonly text: string;
}

/**
 * Returns the name of the image that the others are compared with; `undefined` if no image could be
 * read.
 */
export function firstImageName({ images }: BaseComparison): string | undefined {
  return images.find((one) => one.kind === 'image')?.name;
}

/** Returns what each image loses against the first one. */
export function lossTexts({ images }: BaseComparison): readonly LossText[] {
  return images.flatMap((one) =>
    one.kind === 'image' && one.losses !== undefined
      ? [{ name: one.name, text: lossText(one.losses) }]
      : [],
  );
}

/**
 * Describes losses, as in
 * `loses interpreters perl 5.40.1; compilers gcc 14; 312 packages; adds 4 packages`.
 */
function lossText({ tools, packages, addedPackageCount, unrunnable = [] }: ImageLosses): string {
  const lost = TOOL_KINDS.flatMap((kind) => {
    const names = (tools[kind] ?? []).map(toolText);
    return names.length === 0 ? [] : [`${labelWithin(kind)} ${names.join(', ')}`];
  });
  const unknown = TOOL_KINDS.filter((kind) => tools[kind] === undefined);
  const parts = [...lost, ...(packages.length > 0 ? [pluralize(packages.length, 'package')] : [])];
  const unsure = unknown.map(labelWithin).join(', ');
  return [
    parts.length === 0 ? 'loses nothing that is known' : `loses ${parts.join('; ')}`,
    ...(addedPackageCount > 0 ? [`adds ${pluralize(addedPackageCount, 'package')}`] : []),
    ...unrunnable.map(
      ({ ecosystem, packageCount, interpreters }) =>
        `missing for ${pluralize(packageCount, `${ECOSYSTEMS[ecosystem].label} package`)}: ${interpreters.join(' or ')}`,
    ),
    ...(unknown.length > 0 ? [`unknown: ${unsure}`] : []),
  ].join('; ');
}

/** Returns the label of a kind within a sentence. */
function labelWithin(kind: ToolKind): string {
  return kind === 'libc' ? TOOL_LABELS.libc : TOOL_LABELS[kind].toLowerCase();
}

const DIMENSION_NAMES: Readonly<Record<ParetoDimension, string>> = {
  critical: 'critical findings',
  high: 'high findings',
  findings: 'all findings',
  exploited: 'exploited findings',
  packages: 'packages',
  compressedBytes: 'compressed size',
  unpackedBytes: 'unpacked size',
};

/**
 * Returns which images no other image is better than, and by what; `undefined` for fewer than two
 * images.
 */
export function paretoText({ images, paretoDimensions }: BaseComparison): string | undefined {
  const found = images.filter((one) => one.kind === 'image');
  if (found.length < 2) return undefined;
  const named = (isMember: ComparedImage['pareto']['isMember']): string =>
    found
      .filter(({ pareto }) => pareto.isMember === isMember)
      .map(({ name }) => terminalText(name))
      .join(', ');
  const unsure = named('unknown');
  return [
    `No other image is better than: ${named('yes') || 'none for certain'}.`,
    ...(unsure === '' ? [] : [`Not known because of gaps or unknown findings: ${unsure}.`]),
    `Compared by ${paretoDimensions.map((one) => DIMENSION_NAMES[one]).join(', ')}.`,
  ].join(' ');
}
