/** Evaluates whether a finding is within the scope of an exception. */

import { compileGlobs } from '../../../core/base/glob.ts';
import { ECOSYSTEMS, osvNameOf, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Finding, VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { Distro, Package } from '../../../core/model/package/package.ts';
import { namesPackage } from '../purl-match.ts';
import type { ExceptionScope, FixState } from './exception.ts';

/** A finding, with the facts that a scope can refer to. */
export interface ScopeSubject {
  readonly finding: Finding;
  /** Absent for findings of no package. */
  readonly pkg: Package | undefined;
  readonly distro: Distro | undefined;
}

/** Whether a finding lies within a scope. */
export type ScopeTest = (subject: ScopeSubject) => boolean;

/** Prepares a scope. @throws AssayError `USAGE` where a path is not a glob. */
export function compileScope(scope: ExceptionScope): ScopeTest {
  const tests = [
    ...(scope.category === undefined ? [] : [ofCategory(scope.category)]),
    ...(scope.package === undefined ? [] : [ofPackage(scope.package)]),
    ...(scope.version === undefined ? [] : [ofVersion(scope.version)]),
    ...(scope.ecosystem === undefined ? [] : [ofEcosystem(scope.ecosystem)]),
    ...(scope.purls === undefined ? [] : [ofPurls(scope.purls)]),
    ...(scope.paths === undefined ? [] : [atPaths(scope.paths)]),
    ...(scope.fingerprint === undefined ? [] : [ofFingerprint(scope.fingerprint)]),
    ...(scope.line === undefined && scope.column === undefined ? [] : [atPlace(scope)]),
    ...(scope.fixState === undefined ? [] : [ofFixState(scope.fixState)]),
    ...(scope.isDevelopment === undefined ? [] : [forDevelopment]),
  ];
  return (subject) => tests.every((test) => test(subject));
}

function ofCategory(category: NonNullable<ExceptionScope['category']>): ScopeTest {
  return ({ finding }) =>
    finding.kind === 'rule' ? finding.category === category : finding.kind === category;
}

function ofPackage(pattern: string): ScopeTest {
  const wanted = pattern.toLowerCase();
  return ({ pkg }) =>
    pkg !== undefined &&
    [pkg.name, pkg.source?.name].some(
      (name) => name !== undefined && matchesWildcard(wanted, name.toLowerCase()),
    );
}

/**
 * Matches a name with a pattern in which `*` stands for any characters. The pieces between are
 * looked for in turn, so time is linear.
 */
function matchesWildcard(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces.shift() ?? '';
  const last = pieces.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

function ofVersion(version: string): ScopeTest {
  return ({ finding, pkg }) => version === versionOf(finding, pkg);
}

/**
 * Returns the version of a finding; for a vulnerability the version that matched, which may differ
 * from the label.
 */
function versionOf(finding: Finding, pkg: Package | undefined): string | undefined {
  return finding.kind === 'vulnerability' ? finding.matchedVersion : pkg?.version;
}

function ofEcosystem(name: string): ScopeTest {
  const wanted = name.toLowerCase();
  return ({ pkg }) => pkg !== undefined && ecosystemNames(pkg.ecosystem).includes(wanted);
}

/**
 * Names of ecosystems in grype and osv-scanner that differ from Assay's names and package URL
 * types.
 */
const OTHER_NAMES: Partial<Record<Ecosystem, readonly string[]>> = {
  cargo: ['rust-crate', 'crates.io'],
  go: ['go-module'],
  maven: ['java-archive', 'jenkins-plugin'],
  npm: ['node', 'javascript'],
  nuget: ['dotnet'],
  packagist: ['php-composer', 'composer'],
  pypi: ['python'],
};

function ecosystemNames(ecosystem: Ecosystem): readonly string[] {
  const names = [ecosystem, ECOSYSTEMS[ecosystem].purlType, osvNameOf(ecosystem) ?? ecosystem];
  return [...names, ...(OTHER_NAMES[ecosystem] ?? [])].map((name) => name.toLowerCase());
}

function ofPurls(purls: NonNullable<ExceptionScope['purls']>): ScopeTest {
  return ({ finding, pkg, distro }) => {
    if (pkg === undefined) return false;
    const version = versionOf(finding, pkg) ?? '';
    return purls.some((purl) => namesPackage(purl, { pkg, version, distro }));
  };
}

/**
 * Returns a test that all places must pass: an exception for a test's copy must not hide the one
 * that runs.
 */
function atPaths(globs: readonly string[]): ScopeTest {
  const matches = compileGlobs(globs);
  return ({ finding, pkg }) => {
    const places = finding.kind === 'rule' ? [finding.location] : (pkg?.locations ?? []);
    return places.length > 0 && places.every(({ path }) => matches(path));
  };
}

function ofFingerprint(fingerprint: string): ScopeTest {
  const wanted = fingerprint.toLowerCase();
  return ({ finding }) => finding.kind === 'rule' && finding.fingerprint === wanted;
}

function atPlace({ line, column }: Pick<ExceptionScope, 'line' | 'column'>): ScopeTest {
  return ({ finding }) => {
    if (finding.kind !== 'rule') return false;
    const { range, location } = finding;
    return (
      (line ?? range?.startLine) === (range?.startLine ?? location.line) &&
      (column ?? range?.startColumn) === range?.startColumn
    );
  };
}

function ofFixState(state: FixState): ScopeTest {
  return ({ finding }) => finding.kind === 'vulnerability' && fixStateOf(finding) === state;
}

function fixStateOf({ fixedVersions, status }: VulnerabilityFinding): FixState {
  if (fixedVersions.length > 0) return 'fixed';
  return status === 'willNotFix' ? 'wont-fix' : 'not-fixed';
}

function forDevelopment({ pkg }: ScopeSubject): boolean {
  return pkg?.scope === 'development';
}
