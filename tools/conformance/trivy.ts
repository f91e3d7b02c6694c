/**
 * Whole scans against another scanner's own tests: `trivy/CASE` and `trivy-detectors/DISTRO/CASE`.
 *
 * A case passes when every finding is right (id, package, installed, fixed, severity, status) and
 * none is too many. What Assay cannot do yet is listed as not covered: packages and systems that
 * its tables do not have, files that no cataloger wants, options and outputs that no flag has.
 * Fixing versions are compared as sets, since trivy lists them in the order of the advisory.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { AdvisoryBase } from '../../src/advisories/store/advisory-base.ts';
import { FEEDS } from '../../src/advisories/feeds/list.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { SBOM_HEAD_BYTES } from '../../src/formats/text/sbom-format.ts';
import type { Severity } from '../../src/core/model/advisory/advisory.ts';
import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS } from '../../src/core/model/package/ecosystem.ts';
import { parsePackageUrl } from '../../src/core/model/purl/purl.ts';
import { ecosystemOfPurl } from '../../src/core/model/purl/purl-package.ts';
import { readVex } from '../../src/scan/policy/vex/read-vex.ts';
import type { VexDocument } from '../../src/scan/policy/vex/statement.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { messageOf } from './cases.ts';
import { isReadFile, isSbom, unknownPackages, unknownSystem, type NamedSystem } from './covered.ts';
import { compareFindings, foundIn, type ExpectedFinding, type Found } from './findings.ts';
import { asPublished } from './published.ts';
import { bomDifference, type ExpectedBom } from './sbom-output.ts';
import type { Suite, SuiteResult } from './suite.ts';
import { withBase } from './temporary-base.ts';

export const trivySuites: readonly Suite[] = [
  { id: 'trivy', run: (folder) => runWholeScans(join(folder, 'trivy')) },
  { id: 'trivy-detectors', run: (folder) => runDetectors(join(folder, 'trivy-detectors')) },
];

interface Options {
  readonly command?: string;
  readonly format?: string;
  readonly scanners?: string;
  readonly ignoreUnfixed?: boolean;
  readonly severity?: readonly string[];
  readonly severitySources?: readonly string[];
  readonly skipDirs?: readonly string[];
  readonly skipFiles?: readonly string[];
  /** A path in the origin's tree, or `repo`. */
  readonly vex?: string;
}

/** Options that the suite knows to pass on, or that change nothing about findings. */
const OPTIONS: ReadonlySet<string> = new Set([
  'command',
  'format',
  'ignoreUnfixed',
  'listAllPkgs',
  'scanners',
  'severity',
  'severitySources',
  'skipDirs',
  'skipFiles',
  'vex',
]);

const FORMATS: ReadonlySet<string> = new Set(['json', 'cyclonedx', 'spdx-json']);

/** Whose ratings can be asked for: a feed's, or a distribution's. */
const SOURCES: ReadonlySet<string> = new Set([...FEEDS.map(({ id }) => id), ...ECOSYSTEM_IDS]);

interface ExpectedPackage {
  readonly purl?: string | null;
  readonly target?: string;
}

interface ExpectedReport {
  readonly os?: { readonly Family?: string; readonly Name?: string } | null;
  readonly vulnerabilities?: readonly ExpectedFinding[];
  readonly packages?: readonly ExpectedPackage[];
  readonly secrets?: readonly unknown[];
  readonly misconfigurations?: readonly unknown[];
}

interface Case {
  readonly input: string;
  readonly options: Options;
  readonly expected: ExpectedReport | ExpectedBom;
}

function isBom(expected: Case['expected']): expected is ExpectedBom {
  return 'sbom' in expected;
}

/** What is scanned of a case, or why it is not. */
type Plan = { readonly requests: readonly ScanRequest[] } | { readonly notCovered: string };

/**
 * The folder beside the cases with the advisories of all of them, and the texts and ratings of
 * their vulnerabilities.
 */
const ADVISORIES = 'osv';

/**
 * How trivy chooses a severity: by the advisory's own word, and by NVD's where it has none. Assay's
 * own order is another, so its flag says it here. GitHub's ratings are of libraries.
 */
const SYSTEM_SEVERITIES: readonly string[] = ['osv', 'nvd'];
/** Red Hat rates each CVE of a bulletin by itself. */
const REDHAT_SEVERITIES: readonly string[] = ['redhat', ...SYSTEM_SEVERITIES];
const LIBRARY_SEVERITIES: readonly string[] = ['ghsa', ...SYSTEM_SEVERITIES];

async function runWholeScans(folder: string): Promise<SuiteResult | undefined> {
  const zips = join(folder, ADVISORIES);
  if (!existsSync(zips)) return undefined;
  const cases = (await foldersIn(folder)).filter((path) => path !== zips);
  const archives = (await filesBelow(zips)).map((name) => join(zips, name));
  return withBase(
    (temporary) => asPublished(archives, temporary),
    (base) => judgeCases('trivy', folder, cases, (path) => planWholeScan(path, base)),
  );
}

async function runDetectors(folder: string): Promise<SuiteResult | undefined> {
  if (!existsSync(folder)) return undefined;
  const cases: string[] = [];
  for (const distro of await foldersIn(folder)) cases.push(...(await foldersIn(distro)));
  return judgeCases('trivy-detectors', folder, cases, planDetector);
}

async function judgeCases(
  suite: string,
  folder: string,
  cases: readonly string[],
  plan: (path: string) => Promise<Plan>,
): Promise<SuiteResult> {
  const misses: { case: string; reason: string }[] = [];
  const notCovered: string[] = [];
  let total = 0;
  for (const path of cases) {
    const name = relative(folder, path);
    const planned = await plan(path).catch((error: unknown) => ({ broken: messageOf(error) }));
    if ('broken' in planned) {
      total += 1;
      misses.push({ case: name, reason: planned.broken });
      continue;
    }
    if ('notCovered' in planned) {
      notCovered.push(`${name}: ${planned.notCovered}`);
      continue;
    }
    total += 1;
    const reason = await judgeScan(path, planned.requests);
    if (reason !== undefined) misses.push({ case: name, reason });
  }
  return { suite, passed: total - misses.length, total, misses, notCovered };
}

async function judgeScan(
  path: string,
  requests: readonly ScanRequest[],
): Promise<string | undefined> {
  try {
    const { expected } = await readCase(path);
    if (isBom(expected)) {
      const [request] = requests;
      return request && (await bomDifference(await scan(request, quietContext()), expected));
    }
    const found: Found[] = [];
    for (const request of requests) found.push(...foundIn(await scan(request, quietContext())));
    return compareFindings(found, expected.vulnerabilities ?? []);
  } catch (error) {
    return messageOf(error);
  }
}

async function planWholeScan(path: string, base: AdvisoryBase): Promise<Plan> {
  const { input, options, expected } = await readCase(path);
  const target = await targetOf(path, options);
  if (isBom(expected)) return planBom(options, expected, { target, base });
  const missing =
    unknownOption(options) ??
    unknownOutput(expected) ??
    unknownParts(expected) ??
    (target.kind === 'sbom' ? undefined : await unreadFile(join(path, 'input'), expected));
  if (missing !== undefined) return { notCovered: missing };
  const within = (paths: readonly string[] = []): readonly string[] =>
    paths.map((skipped) => relative(input, skipped));
  const vex = options.vex === undefined ? [] : await vexDocuments(join(path, 'extra'));
  const skips = { skipDirs: within(options.skipDirs), skipFiles: within(options.skipFiles) };
  const request: ScanRequest = {
    targets: [{ ...target, ...skips }],
    advisories: base,
    severitySources: options.severitySources ?? severitiesOf(expected),
    allowEmpty: true,
    policy: {
      ignoreUnfixed: options.ignoreUnfixed ?? false,
      vex,
      ...(options.severity !== undefined && {
        severities: options.severity.map((word) => word.toLowerCase() as Severity),
      }),
    },
  };
  if (!isMixed(expected) || options.severitySources !== undefined) return { requests: [request] };
  return {
    requests: [
      { ...request, packageTypes: ['os'] },
      { ...request, packageTypes: ['library'], severitySources: LIBRARY_SEVERITIES },
    ],
  };
}

function planBom(
  options: Options,
  { vulnerabilities = [] }: ExpectedBom,
  from: { readonly target: ScanRequest['targets'][number]; readonly base: AdvisoryBase },
): Plan {
  const missing = unknownOption(options);
  if (missing !== undefined) return { notCovered: missing };
  const advisories = vulnerabilities.length > 0 ? { advisories: from.base } : {};
  return { requests: [{ targets: [from.target], allowEmpty: true, ...advisories }] };
}

/**
 * The documents that a case brings along. One case means a VEX repository, which is not read yet:
 * its document is given as a file, so that what is judged is which findings it sets aside.
 */
async function vexDocuments(folder: string): Promise<readonly VexDocument[]> {
  const names = (await filesBelow(folder)).filter((name) => name.endsWith('openvex.json'));
  return Promise.all(
    names.map(async (name) => readVex(name, await readFile(join(folder, name)), Date.now())),
  );
}

/** Of a system and of libraries, whose severities trivy takes from others. */
function isMixed(expected: ExpectedReport): boolean {
  if (!expected.os) return false;
  return listedIn(expected).some(({ purl }) => {
    const ecosystem =
      purl === null || purl === undefined ? undefined : ecosystemOfPurl(parsePackageUrl(purl));
    return ecosystem !== undefined && ECOSYSTEMS[ecosystem].kind === 'language';
  });
}

function severitiesOf({ os }: ExpectedReport): readonly string[] {
  if (!os) return LIBRARY_SEVERITIES;
  return ['centos', 'redhat'].includes(os.Family ?? '') ? REDHAT_SEVERITIES : SYSTEM_SEVERITIES;
}

/** Packages or a system that Assay's tables do not have. */
function unknownParts(expected: ExpectedReport): string | undefined {
  const { os } = expected;
  const system = os?.Family === undefined ? undefined : { name: os.Family, version: os.Name ?? '' };
  const purls = listedIn(expected).flatMap(({ purl }) => purl ?? []);
  return unknownPackages(purls, system) ?? (system && unknownSystem(system));
}

function listedIn({ vulnerabilities = [], packages = [] }: ExpectedReport): readonly {
  readonly purl?: string | null;
  readonly target?: string;
}[] {
  return [...vulnerabilities, ...packages];
}

function unknownOption(options: Options): string | undefined {
  const option = Object.keys(options).find((key) => !OPTIONS.has(key));
  if (option !== undefined) return `the option ${option}`;
  const { format = 'json', scanners = 'vuln', severitySources = [] } = options;
  const source = severitySources.find((name) => !SOURCES.has(name));
  if (source !== undefined) return `the severity source ${source}`;
  if (!FORMATS.has(format)) return `the format ${format}`;
  return scanners === 'vuln' ? undefined : `the scanners ${scanners}`;
}

function unknownOutput({ vulnerabilities }: ExpectedReport): string | undefined {
  return vulnerabilities === undefined ? 'an output that is not a list of findings' : undefined;
}

/** An input of one SBOM is scanned as that. */
async function targetOf(
  path: string,
  { command }: Options,
): Promise<{ readonly reference: string; readonly kind: Artifact['kind'] }> {
  const input = join(path, 'input');
  const [only, ...others] = await filesBelow(input);
  if (only !== undefined && others.length === 0) {
    const file = join(input, only);
    const head = (await readFile(file)).subarray(0, SBOM_HEAD_BYTES);
    if (isSbom(head)) return { reference: file, kind: 'sbom' };
  }
  return { reference: input, kind: command === 'rootfs' ? 'rootfs' : 'directory' };
}

/**
 * The file that a case speaks of and no cataloger wants; of a case that names none, all of them.
 */
async function unreadFile(folder: string, expected: ExpectedReport): Promise<string | undefined> {
  const named = [...new Set(listedIn(expected).flatMap(({ target }) => target ?? []))];
  if (named.length > 0) {
    const unread = named.find((target) => !isReadFile(target));
    return unread === undefined ? undefined : `the file ${unread}`;
  }
  const files = await filesBelow(folder);
  return files.some(isReadFile) ? undefined : `the files ${files.slice(0, 3).join(', ')}`;
}

async function planDetector(path: string): Promise<Plan> {
  const sbom = join(path, 'sbom.cdx.json');
  const zip = join(path, 'osv.zip');
  const { components = [] } = JSON.parse(await readFile(sbom, 'utf8')) as {
    components?: readonly { type: string; name: string; version?: string; purl?: string }[];
  };
  const os = components.find(({ type }) => type === 'operating-system');
  const system: NamedSystem | undefined = os && { name: os.name, version: os.version ?? '' };
  const purls = components.flatMap(({ purl }) => purl ?? []);
  const missing =
    (system && unknownSystem(system)) ??
    unknownPackages(purls, system) ??
    (purls.length === 0 ? 'no packages' : undefined);
  if (missing !== undefined) return { notCovered: missing };
  const request: ScanRequest = {
    targets: [{ reference: sbom, kind: 'sbom' }],
    advisories: {
      // Readers keep their files open, so the base may go as soon as one is there.
      open: (needs, context) =>
        withBase(
          (temporary) => asPublished([zip], temporary, architectureOf(purls)),
          (base) => base.open(needs, context),
        ),
    },
  };
  return { requests: [request] };
}

/** The architecture that the packages name first; `undefined` where none names one. */
function architectureOf(purls: readonly string[]): string | undefined {
  const named = purls.map((purl) => /[?&]arch=(?<arch>\w+)/.exec(purl)?.groups?.['arch']);
  return named.find((arch) => arch !== undefined && arch !== 'noarch');
}

async function readCase(path: string): Promise<Case> {
  const read = JSON.parse(await readFile(join(path, 'expected.json'), 'utf8')) as Partial<Case>;
  return { input: '', options: {}, expected: {}, ...read };
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return folders.sort().map((name) => join(folder, name));
}

/** Paths from the folder, sorted. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const files: string[] = [];
  for (const name of names.sort()) {
    if ((await stat(join(folder, name))).isFile()) files.push(name);
  }
  return files;
}
