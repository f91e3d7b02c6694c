/**
 * Audits in their older form: the client sends its tree, and gets advisories with the places of
 * each version.
 *
 * Source: npm 6 and pnpm 10, `POST /-/npm/v1/security/audits` and `/audits/quick`; yarn 1 sends the
 * same. A tree has the form of a `package-lock.json` of version 1. `actions` contains only reviews:
 * the registry does not plan upgrades.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import type { NpmAdvisory, WantedVersions } from './advise.ts';

/** A package at a place of the tree. */
interface TreeNode {
  readonly name: string;
  readonly version: string;
  /** Names from the top, joined by `>`. */
  readonly path: string;
  readonly isDev: boolean;
  readonly isOptional: boolean;
  readonly isBundled: boolean;
}

/** A tree that was read. */
export interface AuditTree {
  readonly nodes: readonly TreeNode[];
  readonly wanted: WantedVersions;
}

/** Some hundred times as many as large projects have. */
const MAX_NODES = 300_000;

/** Reads a tree. @throws AssayError `USAGE`, `LIMIT_EXCEEDED` */
export function readAuditTree(body: JsonObject): AuditTree {
  const { dependencies } = body;
  if (dependencies !== undefined && !isJsonObject(dependencies)) {
    throw new AssayError('USAGE', '"dependencies" is no object');
  }
  const nodes: TreeNode[] = [];
  const wanted = new Map<string, Set<string>>();
  const visit = (of: JsonObject, parent: string): void => {
    for (const [name, row] of Object.entries(of)) {
      if (!isJsonObject(row)) continue;
      if (nodes.length >= MAX_NODES) {
        throw new AssayError('LIMIT_EXCEEDED', `the tree has more than ${MAX_NODES} packages`);
      }
      const path = parent === '' ? name : `${parent}>${name}`;
      const { version, dev, optional, bundled } = row;
      if (typeof version === 'string') {
        nodes.push({
          name,
          version,
          path,
          isDev: dev === true,
          isOptional: optional === true,
          isBundled: bundled === true,
        });
        const versions = wanted.get(name) ?? new Set();
        wanted.set(name, versions.add(version));
      }
      if (isJsonObject(row['dependencies'])) visit(row['dependencies'], path);
    }
  };
  visit(dependencies ?? {}, '');
  return { nodes, wanted };
}

/** Places of a version that are listed; all are counted. */
const MAX_PATHS = 1000;

/** Returns the answer for a tree. */
export function treeReport({ nodes }: AuditTree, advisories: readonly NpmAdvisory[]): object {
  const counts = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 };
  const rows: [string, object][] = [];
  const byName = new Map<string, TreeNode[]>();
  for (const node of nodes) appendTo(byName, node.name, node);
  const actions: object[] = [];
  for (const advisory of advisories) {
    const versions = new Set(advisory.versions);
    const found = (byName.get(advisory.package) ?? []).filter(({ version }) =>
      versions.has(version),
    );
    counts[advisory.severity] += found.length;
    const shown = found.slice(0, MAX_PATHS);
    rows.push([String(advisory.id), rowOf(advisory, shown)]);
    actions.push({
      action: 'review',
      module: advisory.package,
      resolves: shown.map(({ path, isDev, isOptional, isBundled }) => ({
        id: advisory.id,
        path,
        dev: isDev,
        optional: isOptional,
        bundled: isBundled,
      })),
    });
  }
  return {
    actions,
    advisories: Object.fromEntries(rows),
    muted: [],
    metadata: {
      vulnerabilities: counts,
      dependencies: nodes.filter(({ isDev, isOptional }) => !isDev && !isOptional).length,
      devDependencies: nodes.filter(({ isDev }) => isDev).length,
      optionalDependencies: nodes.filter(({ isDev, isOptional }) => !isDev && isOptional).length,
      totalDependencies: nodes.length,
    },
  };
}

function rowOf(advisory: NpmAdvisory, found: readonly TreeNode[]): object {
  const paths = new Map<string, string[]>();
  for (const { version, path } of found) appendTo(paths, version, path);
  const { ghsa, patchedVersions } = advisory;
  const isFixed = patchedVersions !== '<0.0.0';
  return {
    findings: [...paths].map(([version, list]) => ({ version, paths: list })),
    id: advisory.id,
    ...(ghsa !== undefined && { github_advisory_id: ghsa }),
    module_name: advisory.package,
    title: advisory.title,
    severity: advisory.severity,
    url: advisory.url,
    overview: advisory.overview,
    vulnerable_versions: advisory.vulnerableVersions,
    patched_versions: patchedVersions,
    recommendation: isFixed ? `Upgrade to version ${patchedVersions}` : 'There is no fixed version',
    cves: advisory.cves,
    cwe: advisory.cwe,
    cvss: advisory.cvss,
    references: advisory.references.map((one) => `- ${one}`).join('\n'),
    created: advisory.publishedAt,
    updated: advisory.modifiedAt,
    deleted: null,
    found_by: null,
    reported_by: null,
    access: 'public',
    metadata: null,
  };
}
