/**
 * A section of trivy's table that lists misconfigurations or secrets of a file: title, counts, and
 * a block for each finding.
 *
 * Source: output of `trivy convert --format table`, version 0.44, for documents made for the
 * purpose. Lines of a block end in CR LF. Its rules are as wide as the terminal, and 40 columns
 * wide elsewhere. Trivy cuts the history command of a layer after 40 bytes.
 */

import { createColors } from 'picocolors';

import { stripControl } from '../../../core/base/strip-control.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { severityName } from '../findings/finding-rows.ts';
import { countSeverities, totalText } from '../table/table-sections.ts';
import { trivyCause, trivyRuleLayer, type TrivyRuleTarget } from './trivy-rule-targets.ts';
import { trivySecretName } from './trivy-secret-names.ts';
import { trivyTitle, type TrivySectionView } from './trivy-section.ts';

/** A result of trivy's JSON without the findings that are set aside. */
export interface TrivyRuleSection extends TrivyRuleTarget {
  readonly artifact: Artifact;
}

const WIDTH_ELSEWHERE = 40;
/** Bytes of a history command that trivy prints. */
const MAX_COMMAND_BYTES = 40;
/** Digits of a layer's digest that trivy prints. */
const DIGEST_DIGITS = 12;
const LINE_END = '\r\n';

type Paint = (text: string) => string;

/** Draws a section in pieces. A section without findings has no text. */
export function* trivyRuleSection(
  section: TrivyRuleSection,
  view: TrivySectionView,
): Generator<string> {
  const { findings, class: kind, target, type } = section;
  if (findings.length === 0) return;
  const title = kind === 'config' ? `${target} (${type})` : `${target} (secrets)`;
  yield `\n${trivyTitle(title, view.color)}${countLines(section, view)}\n\n`;
  for (const finding of findings) yield blockOf(finding, section, view).join(LINE_END);
}

/** Trivy counts only findings as tests, whatever passed. */
function countLines({ class: kind, findings }: TrivyRuleTarget, view: TrivySectionView): string {
  const counts = countSeverities(findings);
  if (kind === 'secret') return totalText(counts, view.shownSeverities);
  const count = findings.length;
  return `Tests: ${count} (SUCCESSES: 0, FAILURES: ${count}, EXCEPTIONS: 0)\n${totalText(counts, view.shownSeverities, 'Failures')}`;
}

/**
 * Returns the lines of a finding. The last one is empty, so that joined lines end in a line end.
 */
function blockOf(
  finding: RuleFinding,
  section: TrivyRuleSection,
  view: TrivySectionView,
): readonly string[] {
  const { dim } = createColors(view.color);
  const width = view.blockWidth ?? WIDTH_ELSEWHERE;
  const line = dim('─'.repeat(width));
  return [
    `${severityPaint(finding.severity, view.color)(`${severityName(finding.severity)}: `)}${headingOf(finding, section)}`,
    dim('═'.repeat(width)),
    dim(stripControl(finding.title)),
    ...addressLines(finding, section).map(dim),
    line,
    ...placeLines(finding, section, view, line),
    '',
    '',
    '',
  ];
}

function headingOf(finding: RuleFinding, { class: kind }: TrivyRuleTarget): string {
  if (kind === 'config') return stripControl(finding.message);
  const { id, category } = trivySecretName(finding);
  return stripControl(`${category} (${id})`);
}

function addressLines(
  { helpUri }: RuleFinding,
  { class: kind }: TrivyRuleTarget,
): readonly string[] {
  const url = kind === 'config' && helpUri !== undefined ? stripControl(helpUri) : '';
  return url === '' ? [] : ['', `See ${url}`];
}

/** Returns the place and the line of code, where there is one. */
function placeLines(
  finding: RuleFinding,
  { target, class: kind, artifact }: TrivyRuleSection,
  { color }: TrivySectionView,
  line: string,
): readonly string[] {
  const { dim, blue, magenta, red } = createColors(color);
  const { startLine, endLine, content } = trivyCause(finding);
  if (startLine === undefined || endLine === undefined || content === undefined) return [];
  const lines = endLine > startLine ? `${startLine}-${endLine}` : String(startLine);
  const layer = kind === 'secret' ? layerText(finding, artifact) : '';
  const place = ` ${blue(stripControl(target))}${dim(':')}${blue(lines)}${layer === '' ? '' : magenta(layer)}`;
  return [place, line, `${red(`${String(startLine).padStart(4)} [ `)}${content}`, line];
}

function layerText(finding: RuleFinding, artifact: Artifact): string {
  const { createdBy = '', diffId } = trivyRuleLayer(finding, artifact);
  if (createdBy !== '') {
    const cut = Buffer.from(createdBy).subarray(0, MAX_COMMAND_BYTES).toString();
    return ` (added by '${cut}')`;
  }
  if (diffId === undefined) return '';
  const digits = diffId.slice('sha256:'.length).slice(0, DIGEST_DIGITS);
  return ` (added in layer '${digits}')`;
}

function severityPaint(severity: Severity, color: boolean): Paint {
  const { red, bold, yellow, blue } = createColors(color);
  const paints: Readonly<Record<Severity, Paint>> = {
    critical: (text) => red(bold(text)),
    high: red,
    medium: yellow,
    low: (text) => text,
    unknown: blue,
  };
  return paints[severity];
}
