/**
 * Findings that only tools of an image brought: one line for each tool, with the instruction that
 * clears them.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import { bundledTools, type BundledTool } from '../../../core/model/package/bundled-tools.ts';
import type { Finding, VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { severityCounts } from './table-sections.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';

/** Tools that are named; json has the packages of all. */
const MAX_TOOLS = 8;

/** Returns the block of tools with findings; empty where no tool has any. */
export function toolLines(result: ArtifactResult, width: number): readonly string[] {
  const { artifact, inventory, findings, suppressed } = result;
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const open = findings.filter((one): one is VulnerabilityFinding => isOpen(one, aside));
  const found = bundledTools(inventory.packages, artifact).flatMap((tool) => {
    const ofTool = open.filter(isIn(tool.packages));
    return ofTool.length === 0 ? [] : [{ tool, ofTool, cleared: open.filter(isIn(tool.removed)) }];
  });
  if (found.length === 0) return [];
  const isBase = artifact.image?.baseLayerCount !== undefined;
  const more = found.length - MAX_TOOLS;
  return [
    isBase ? 'Brought by tools of the base alone:' : 'Brought by tools alone:',
    ...found.slice(0, MAX_TOOLS).flatMap(({ tool, ofTool, cleared }) => {
      const [head = '', ...rest] = wrap(toolText(tool, ofTool, cleared), Math.max(width - 2, 20));
      return [`  ${head}`, ...rest.map((line) => `    ${line}`)];
    }),
    ...(more > 0 ? [`  and ${pluralize(more, 'more tool')}`] : []),
  ];
}

function isOpen(finding: Finding, aside: ReadonlySet<string>): boolean {
  return finding.kind === 'vulnerability' && !aside.has(finding.id);
}

function isIn(packages: readonly Package[]): (finding: VulnerabilityFinding) => boolean {
  const ids = new Set(packages.map(({ id }) => id));
  return ({ packageId }) => ids.has(packageId);
}

function toolText(
  { name, version, cure }: BundledTool,
  findings: readonly VulnerabilityFinding[],
  cleared: readonly VulnerabilityFinding[],
): string {
  const packages = new Set(findings.map(({ packageId }) => packageId)).size;
  const title = terminalText(version === undefined ? name : `${name} ${version}`, 120);
  const text = `${title}: ${severityCounts(findings)}, in ${pluralize(packages, 'package')}.`;
  if (cure === undefined || cleared.length === 0) {
    return `${text} They come and go with it: take a newer base.`;
  }
  return `${text} If nothing runs it, this clears ${severityCounts(cleared)}: ${terminalText(cure, 1000)}`;
}
