/**
 * The results of content verification, for people: contradictions, levels, and unexplained files.
 */

import { indexBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { EVIDENCE_LEVELS } from '../../../core/model/report/evidence-level.ts';
import type { IntegrityFinding } from '../../../core/model/finding/finding.ts';
import type { ExplainedFiles, Explainer, Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { severityName } from '../findings/finding-rows.ts';
import { layerText } from './origin-text.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';

/** Contradictions named one by one; json has all. */
const MAX_CONTRADICTIONS = 50;
/** Unexplained files that are named; json has a thousand. */
const MAX_UNEXPLAINED = 5;

/**
 * Returns the block of contradictions: what, where, and which instruction did it; empty where there
 * are none.
 */
export function contradictionLines(result: ArtifactResult, width?: number): readonly string[] {
  const aside = new Set(result.suppressed.map(({ findingId }) => findingId));
  const findings = result.findings.filter(
    (finding) => finding.kind === 'integrity' && !aside.has(finding.id),
  ) as readonly IntegrityFinding[];
  if (findings.length === 0) return [];
  const packages = indexBy(result.inventory.packages, 'id');
  const severeFirst = findings.toSorted(
    (a, b) => Number(b.contradiction.isSevere) - Number(a.contradiction.isSevere),
  );
  const shown = severeFirst.slice(0, MAX_CONTRADICTIONS);
  const rest = findings.length - shown.length;
  return [
    `Content contradicts metadata: ${findings.length}`,
    ...shown.flatMap((finding) => {
      const pkg = finding.packageId === undefined ? undefined : packages.get(finding.packageId);
      return contradictionText(finding, pkg, result, width);
    }),
    ...(rest > 0 ? [`  and ${rest} more, all in json`] : []),
  ];
}

function contradictionText(
  finding: IntegrityFinding,
  pkg: Package | undefined,
  { artifact }: ArtifactResult,
  width?: number,
): readonly string[] {
  const { location } = finding.contradiction;
  const label = `  ${severityName(finding.severity).padEnd(8)}  `;
  const layer = artifact.kind === 'image' ? `, ${layerText(artifact, location.layer)}` : '';
  const subject = pkg === undefined ? '' : `${terminalText(`${pkg.name} ${pkg.version}`, 120)}: `;
  const what = subject + contradictionSentence(finding);
  const where = `in ${terminalText(location.path.replace(/^\//u, ''), 300)}${layer}`;
  const indent = ' '.repeat(label.length);
  return [
    ...wrapped(what, label.length, width).map((line, at) => (at === 0 ? label : indent) + line),
    ...wrapped(where, label.length, width).map((line) => indent + line),
  ];
}

function wrapped(text: string, indent: number, width?: number): readonly string[] {
  return width === undefined ? [text] : wrap(text, Math.max(width - indent, 20));
}

/** Describes the contradiction, without the package and the place. */
export function contradictionSentence({ contradiction }: IntegrityFinding): string {
  const { kind, claimed, found } = contradiction;
  const [says, is] = [terminalText(claimed, 200), terminalText(found, 200)];
  switch (kind) {
    case 'content':
      return `content: ${says}, but the bytes are ${is}`;
    case 'version':
      return `version: ${says} is claimed, but it is ${is}`;
    case 'header':
      return `record: ${says}, but ${is}`;
    case 'ownership':
      return `ownership: ${says}, but it is ${is}`;
    case 'reference':
      return `reference: ${says}, but it is ${is}`;
    case 'hidden':
      return `hidden: ${says}, but there is ${is}`;
    case 'missing':
      return `missing: ${says}, but there is ${is}`;
  }
}

/**
 * Returns the lines with the number of packages of each level, and the share of executables that is
 * accounted for.
 */
export function evidenceLines({ inventory }: ArtifactResult, width?: number): readonly string[] {
  const present = inventory.packages.filter(({ presence }) => presence !== 'declared');
  const isChecked = present.some(({ evidence }) => evidence.level !== 'claimed');
  const { accountability } = inventory;
  if (!isChecked && accountability === undefined) return [];
  const parts = EVIDENCE_LEVELS.toReversed().flatMap((level) => {
    const number = present.filter(({ evidence }) => evidence.level === level).length;
    return number === 0 ? [] : [`${number} ${level}`];
  });
  const lines = [...wrapped(`Evidence: ${parts.join(', ')}`, 0, width)];
  if (accountability === undefined || accountability.executableCount === 0) return lines;
  const { executableCount, executableBytes, explainedCount, explainedBytes } = accountability;
  const { explainedBy = [], unexplained } = accountability;
  const accounted = `Accounted for: ${percent(explainedBytes, executableBytes)} of ${megabytes(executableBytes)} that can be run (${explainedCount} of ${pluralize(executableCount, 'file')}${byWhom(explainedBy)})`;
  lines.push(...wrapped(accounted, 0, width));
  if (unexplained.length > 0) {
    const names = unexplained
      .slice(0, MAX_UNEXPLAINED)
      .map(({ location, sizeBytes, program }) => {
        const pkg = inventory.packages.find(({ id }) => id === program);
        const said =
          pkg === undefined ? '' : `, says ${terminalText(`${pkg.name} ${pkg.version}`, 80)}`;
        return `${terminalText(location.path.replace(/^\//u, ''), 120)} (${megabytes(sizeBytes)}${said})`;
      })
      .join(', ');
    const rest = unexplained.length - MAX_UNEXPLAINED;
    const more = rest > 0 ? ` and ${rest} more, in json` : '';
    const text = `No package explains: ${names}${more}`;
    const parts = width === undefined ? [text] : wrap(text, Math.max(width - 2, 20));
    lines.push(...parts.map((line) => `  ${line}`));
  }
  return lines;
}

const EXPLAINERS: Readonly<Record<Explainer, string>> = {
  distribution: 'of the distribution',
  vendor: 'of other vendors',
  language: 'of languages',
};

function byWhom(parts: readonly ExplainedFiles[]): string {
  if (parts.length === 0) return '';
  return `; by packages ${parts.map(({ by, count }) => `${EXPLAINERS[by]} ${count}`).join(', ')}`;
}

/** Formats a percentage that is never rounded up to all. */
function percent(part: number, whole: number): string {
  if (part === whole) return '100 %';
  return `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
