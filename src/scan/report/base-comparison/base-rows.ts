/** The facts of images side by side as texts: one row for each fact, one cell for each image. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type {
  BaseComparison,
  ComparedImage,
  FindingCounts,
  ImageVerdict,
} from '../../../core/model/report/base-comparison.ts';
import type { Tool, ToolKind } from '../../../core/model/artifact/contents.ts';
import { GAP_NAMES } from '../../../core/model/finding/gap-names.ts';
import { GAP_KINDS } from '../../../core/model/finding/finding.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import { terminalText } from '../text/terminal-text.ts';

/** One fact of all images. */
export interface BaseRow {
  readonly label: string;
  /** In the order of the images. Texts are harmless. */
  readonly cells: readonly string[];
}

/** The cell of a fact that is not known. */
const UNKNOWN = 'unknown';
/** A cell of an image that could not be read. */
const NO_IMAGE = '-';

/** Names of the kinds of tools in tables. */
export const TOOL_LABELS: Readonly<Record<ToolKind, string>> = {
  libc: 'C library',
  shells: 'Shells',
  packageManagers: 'Package managers',
  interpreters: 'Interpreters',
  compilers: 'Compilers',
};

/**
 * Returns the rows of a comparison. If no image could be read, this is the row of the reasons
 * alone.
 */
export function baseRows({ images }: BaseComparison): readonly BaseRow[] {
  const row = (label: string, textOf: (image: ComparedImage) => string): BaseRow => ({
    label,
    cells: images.map((one) => (one.kind === 'missing' ? NO_IMAGE : textOf(one))),
  });
  const days = new Set(images.flatMap((one) => (one.kind === 'image' ? dayOf(one.judgedAt) : [])));
  const reasons = images.map((one) =>
    one.kind === 'missing' ? terminalText(`not available: ${one.error.message}`, 400) : '',
  );
  const status = reasons.some((reason) => reason !== '')
    ? [{ label: 'Status', cells: reasons }]
    : [];
  if (images.every(({ kind }) => kind === 'missing')) return status;
  const isGated = images.some((one) => one.kind === 'image' && one.verdict !== undefined);
  return [
    ...status,
    ...(isGated ? [row('Gate', verdictText)] : []),
    row('Pareto set', ({ pareto }) => pareto.isMember),
    ...SEVERITIES.toReversed().map((severity) =>
      row(severity.toUpperCase(), (one) => counted(one, ({ bySeverity }) => bySeverity[severity])),
    ),
    row('Findings', (one) => counted(one, ({ total }) => total)),
    row('Fixable', (one) => counted(one, ({ fixable }) => fixable)),
    row('Exploited', (one) => counted(one, ({ exploited }) => exploited)),
    row('Packages', ({ packageCount }) => String(packageCount)),
    row('Compressed', ({ compressedBytes }) => sizeText(compressedBytes)),
    row('Unpacked', ({ unpackedBytes }) => sizeText(unpackedBytes)),
    row('Layers', ({ layerCount }) => String(layerCount ?? UNKNOWN)),
    row('System', systemText),
    row('End of life', endOfLifeText),
    row('Age', ageText),
    row(TOOL_LABELS.libc, ({ tools }) => toolsText(tools.libc)),
    row(TOOL_LABELS.shells, ({ tools }) => toolsText(tools.shells)),
    row(TOOL_LABELS.packageManagers, ({ tools }) => toolsText(tools.packageManagers)),
    row(TOOL_LABELS.interpreters, ({ tools }) => toolsText(tools.interpreters)),
    row(TOOL_LABELS.compilers, ({ tools }) => toolsText(tools.compilers)),
    row('User', ({ user }) => terminalText(user ?? UNKNOWN, 60)),
    row('Evidence', evidenceText),
    row('Gaps', gapsText),
    ...(days.size > 1 ? [row('Findings as of', ({ judgedAt }) => dayOf(judgedAt))] : []),
  ];
}

const STATUS: Readonly<Record<ImageVerdict['status'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  incomplete: 'INCOMPLETE',
  notAsked: 'not asked',
  unknown: UNKNOWN,
};

/** Returns the status with the reason where it is unknown. */
function verdictText({ verdict }: ComparedImage): string {
  if (verdict === undefined) return UNKNOWN;
  const { status, reason } = verdict;
  return reason === undefined ? STATUS[status] : `${STATUS[status]}: ${terminalText(reason, 400)}`;
}

/** Returns whether a count of findings is marked as a lower bound. */
export function hasLowerBounds({ images }: BaseComparison): boolean {
  return images.some(
    (one) => one.kind === 'image' && one.findings !== undefined && one.gaps.length > 0,
  );
}

/** Lists tools, as in `python 3.13, perl 5.40.1`, and `none` for an empty list. */
function toolsText(tools: readonly Tool[] | undefined): string {
  if (tools === undefined) return UNKNOWN;
  return tools.map(toolText).join(', ') || 'none';
}

/** Names a tool, as in `python 3.13`; a name alone if no version is known. */
export function toolText({ name, version }: Tool): string {
  return terminalText(version === undefined ? name : `${name} ${version}`, 80);
}

/** Formats a size, as in `29.8 MB`; decimal units, as docker and podman print sizes. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return UNKNOWN;
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB']) {
    if (value < 1000) return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(2)} GB`;
}

/** Returns a count. Gaps make it a lower bound, which is marked with `+`. */
function counted(
  { findings, gaps }: ComparedImage,
  countOf: (counts: FindingCounts) => number | undefined,
): string {
  const count = findings && countOf(findings);
  if (count === undefined) return UNKNOWN;
  return gaps.length > 0 ? `${count}+` : String(count);
}

function systemText({ system }: ComparedImage): string {
  return system === undefined ? UNKNOWN : terminalText(`${system.id} ${system.versionId}`, 80);
}

function endOfLifeText({ endOfLife }: ComparedImage): string {
  if (endOfLife === undefined) return UNKNOWN;
  const { supportedUntil, isOver } = endOfLife;
  if (supportedUntil === undefined) return isOver ? 'over' : 'not announced';
  return isOver ? `${supportedUntil} (over)` : supportedUntil;
}

function ageText({ ageDays }: ComparedImage): string {
  return ageDays === undefined ? UNKNOWN : pluralize(ageDays, 'day');
}

function evidenceText({ evidence, packageCount }: ComparedImage): string {
  const verified = `${evidence.verified + evidence.proven} of ${packageCount} verified`;
  return evidence.contradicted === 0
    ? verified
    : `${verified}, ${evidence.contradicted} contradicted`;
}

function gapsText({ gaps }: ComparedImage): string {
  const names = gaps.map(({ kind }) => {
    const known = GAP_KINDS.find((one) => one === kind);
    return known === undefined ? terminalText(kind, 40) : GAP_NAMES[known];
  });
  return names.join(', ') || 'none';
}

function dayOf(instant: string): string {
  return terminalText(instant.slice(0, 10));
}
