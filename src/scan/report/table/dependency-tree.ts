/**
 * The dependents of each package with findings: a tree that grows from the package towards the
 * project's direct dependencies, as trivy's `--dependency-tree` does. For each dependent the
 * shortest path is shown.
 */

import { indexBy } from '../../../core/base/maps.ts';
import type { Package } from '../../../core/model/package/package.ts';
import {
  indexDependencyPaths,
  type DependencyPaths,
} from '../../../core/model/package/dependency-paths.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import { groupFindings, type PackageFindings } from '../findings/finding-rows.ts';
import { DEFAULT_WIDTH } from '../reporter.ts';
import { displayWidth, terminalText, shortened } from '../text/terminal-text.ts';

/** Dependents of one package; lodash has hundreds. */
const MAX_DEPENDENTS = 5;
const LEAST_NAME = 16;

/**
 * Returns the lines of all packages with findings whose dependents are known; empty where there are
 * none.
 */
export function dependencyTreeLines(
  result: ArtifactResult,
  width = DEFAULT_WIDTH,
): readonly string[] {
  const groups = groupFindings(result);
  if (groups.length === 0) return [];
  const tree: Tree = {
    ways: indexDependencyPaths(result.inventory),
    packages: indexBy(result.inventory.packages, 'id'),
    width,
  };
  const lines = groups.flatMap((group) => linesOf(group, tree));
  return lines.length === 0
    ? []
    : ['Dependency tree, from each package to what pulls it in:', ...lines];
}

interface Tree {
  readonly ways: DependencyPaths;
  readonly packages: ReadonlyMap<string, Package>;
  /** Longer lines are shortened. */
  readonly width: number;
}

function linesOf({ pkg, findings }: PackageFindings, tree: Tree): readonly string[] {
  const dependents = tree.ways.dependentsOf(pkg.id);
  if (dependents.length === 0 && pkg.relationship === undefined) return [];
  const counts = SEVERITIES.toReversed().flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${severity.toUpperCase()}: ${count}`];
  });
  const shown = dependents.slice(0, MAX_DEPENDENTS);
  const more = dependents.length - shown.length;
  return [
    fitted('  ', `${nameOf(pkg)} (${counts.join(', ')})`, tree),
    ...shown.flatMap((id, index) => branch(id, index === shown.length - 1 && more === 0, tree)),
    ...(more > 0 ? [`  └── and ${more} more`] : []),
  ];
}

/** Returns a dependent, and what pulls that in, up to what is asked for directly. */
function branch(id: string, isLast: boolean, tree: Tree): readonly string[] {
  const { ways, packages } = tree;
  const way = [id, ...ways.wayTo(id).toReversed()];
  const stem = isLast ? '    ' : '│   ';
  return way.flatMap((step, index) => {
    const pkg = packages.get(step);
    if (pkg === undefined) return [];
    const knot =
      index === 0 ? (isLast ? '└── ' : '├── ') : `${stem}${'    '.repeat(index - 1)}└── `;
    return [fitted(`  ${knot}`, nameOf(pkg), tree)];
  });
}

/** A deep branch keeps a few characters of its name. */
function fitted(stem: string, text: string, { width }: Tree): string {
  const start = stem.slice(0, Math.max(width - LEAST_NAME, 0));
  return start + shortened(text, width - displayWidth(start));
}

function nameOf({ name, version, relationship, scope }: Package): string {
  const words = [
    ...(relationship === 'direct' || relationship === 'root' ? [relationship] : []),
    ...(scope === undefined || scope === 'runtime' ? [] : [scope]),
  ];
  const marks = words.length === 0 ? '' : `, ${words.join(', ')}`;
  return `${terminalText(name, 120)} ${terminalText(version, 60)}${marks}`.trimEnd();
}
