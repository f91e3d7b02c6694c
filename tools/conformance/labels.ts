/**
 * People's labels on real images, `labels/IMAGE`, against the advisories of a feeds folder.
 *
 * A true positive of a known ecosystem must be found where a loaded feed names the pair of
 * vulnerability and package; a false positive must not be found unless a feed names it. Pairs that
 * no feed names say nothing about Assay and are listed as not covered, with those of ecosystems and
 * systems that it does not know. Names are compared in the normal form of their ecosystem, versions
 * by its order.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AdvisoryBase } from '../../src/advisories/store/advisory-base.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { distroNamed } from '../../src/scan/catalog/sbom/purl-distro.ts';
import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryReader,
} from '../../src/core/model/advisory/advisory.ts';
import { advisoryNeed } from '../../src/core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../src/core/model/package/ecosystem.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import { parsePackageUrl } from '../../src/core/model/purl/purl.ts';
import { ecosystemOfPurl, packageNameOf } from '../../src/core/model/purl/purl-package.ts';
import { normalizePythonName } from '../../src/core/model/package/python-name.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { compareVersions } from '../../src/core/version/index.ts';
import { messageOf } from './cases.ts';
import { unknownPackages, type NamedSystem } from './covered.ts';
import { foundIn } from './findings.ts';
import type { Suite, SuiteResult } from './suite.ts';
import { withBase } from './temporary-base.ts';

export const labelSuites: readonly Suite[] = [{ id: 'labels', run: runLabels }];

interface Label {
  readonly ids: readonly string[];
  readonly package: string;
  readonly version: string;
  readonly purl: string;
}

interface Labels {
  readonly distro: readonly [string, string] | null;
  readonly tp: readonly Label[];
  readonly fp: readonly Label[];
}

interface Score {
  total: number;
  readonly misses: { case: string; reason: string }[];
  /** Labels that say nothing about Assay, by the reason. */
  readonly notCovered: Map<string, number>;
}

async function runLabels(suites: string, feeds: string): Promise<SuiteResult | undefined> {
  const folder = join(suites, 'labels');
  if (!existsSync(folder) || !existsSync(feeds)) return undefined;
  const score: Score = { total: 0, misses: [], notCovered: new Map() };
  await withBase(
    () => Promise.resolve([feeds]),
    async (base) => {
      for (const image of (await readdir(folder)).sort()) {
        await judgeImage(image, join(folder, image), base, score);
      }
    },
  );
  return {
    suite: 'labels',
    passed: score.total - score.misses.length,
    total: score.total,
    misses: score.misses,
    notCovered: [...score.notCovered].map(([reason, count]) => `${count} labels: ${reason}`),
  };
}

async function judgeImage(
  image: string,
  path: string,
  base: AdvisoryBase,
  score: Score,
): Promise<void> {
  const labels = JSON.parse(await readFile(join(path, 'expected.json'), 'utf8')) as Labels;
  const [name, version] = labels.distro ?? [];
  const evidence: Evidence = {
    system: name === undefined ? undefined : { name, version: version ?? '' },
    // What breaks the scan of an image breaks each of its labels.
    found: await findingsOf(join(path, 'sbom.cdx.json'), base).catch(messageOf),
    open: openOnce(base),
  };
  for (const [kind, label] of [
    ...labels.tp.map((row) => ['tp', row] as const),
    ...labels.fp.map((row) => ['fp', row] as const),
  ]) {
    const answer = await judgeLabel(kind, label, evidence).catch((error: unknown) => ({
      miss: messageOf(error),
    }));
    if ('notCovered' in answer) {
      const { notCovered } = answer;
      score.notCovered.set(notCovered, (score.notCovered.get(notCovered) ?? 0) + 1);
      continue;
    }
    score.total += 1;
    if (answer.miss === undefined) continue;
    score.misses.push({
      case: `${image} ${kind} ${label.ids.join('/')} of ${label.package} ${label.version}`,
      reason: answer.miss,
    });
  }
}

/** What the labels of an image are judged by. */
interface Evidence {
  readonly system: NamedSystem | undefined;
  /** The packages of each vulnerability id, or why the image could not be scanned. */
  readonly found: ReadonlyMap<string, readonly Package[]> | string;
  readonly open: (need: AdvisoryNeed) => Promise<AdvisoryReader>;
}

type Answer = { readonly notCovered: string } | { readonly miss: string | undefined };

async function judgeLabel(
  kind: 'tp' | 'fp',
  label: Label,
  { system, found, open }: Evidence,
): Promise<Answer> {
  const unknown = unknownPackages([label.purl], system);
  if (unknown !== undefined) return { notCovered: unknown };
  const naming = await recordsNaming(label, system, open);
  if (kind === 'tp' && naming.length === 0) return { notCovered: 'no loaded feed names the pair' };
  if (typeof found === 'string') return { miss: found };
  // A record of several CVEs makes a finding of each, and its other aliases belong to one of them,
  // nobody knows which.
  const ids = [...label.ids, ...naming.map(({ id }) => id)];
  const isFound = ids.some((id) => found.get(id)?.some((pkg) => isLabelled(pkg, label)));
  if (kind === 'tp') {
    return { miss: isFound ? undefined : `not found, though named by ${shown(naming)}` };
  }
  return { miss: isFound && naming.length === 0 ? 'found, and no feed names it' : undefined };
}

/** The packages of every finding, under each id that the vulnerability has. */
async function findingsOf(
  sbom: string,
  base: AdvisoryBase,
): Promise<ReadonlyMap<string, readonly Package[]>> {
  const packages = new Map<string, Package[]>();
  try {
    const target = { reference: sbom, kind: 'sbom' } as const;
    const request = { targets: [target], advisories: base, allowEmpty: true };
    const report = await scan(request, quietContext());
    for (const { finding, pkg } of foundIn(report)) {
      const { advisoryId } = finding;
      const aliases = report.advisories.get(advisoryId)?.aliases ?? [];
      for (const id of new Set([advisoryId, ...aliases])) {
        packages.set(id, [...(packages.get(id) ?? []), pkg]);
      }
    }
    return packages;
  } catch (error) {
    // An image of a system that is not known yet has nothing to be judged by.
    if (error instanceof AssayError && error.code === 'ADVISORY_DATA_MISSING') return packages;
    throw error;
  }
}

/**
 * Whether a label is about a package. Names are compared in the normal form of the ecosystem, which
 * folds case and separators of PyPI alone, and versions by its order: `3.2` and `3.2.0` are one
 * version of PyPI, `0:1-1` and `1-1` one of RPM.
 */
export function isLabelled(
  pkg: Pick<Package, 'ecosystem' | 'name' | 'version'>,
  label: Pick<Label, 'package' | 'version' | 'purl'>,
): boolean {
  const purl = parsePackageUrl(label.purl);
  const normal = (name: string): string =>
    pkg.ecosystem === 'pypi' ? normalizePythonName(name) : name;
  const names = [label.package, packageNameOf(purl, [label.package])].map(normal);
  if (!names.includes(normal(pkg.name))) return false;
  const { scheme } = ECOSYSTEMS[pkg.ecosystem];
  return [label.version, ...(purl.version === undefined ? [] : [purl.version])].some(
    (version) => compareVersions(scheme, pkg.version, version) === 0,
  );
}

/**
 * Records that name one of the ids for the package, or for its source package, in the system's
 * release.
 */
async function recordsNaming(
  label: Label,
  system: NamedSystem | undefined,
  open: (need: AdvisoryNeed) => Promise<AdvisoryReader>,
): Promise<readonly Advisory[]> {
  const purl = parsePackageUrl(label.purl);
  const ecosystem = ecosystemOfPurl(purl);
  if (ecosystem === undefined) return [];
  const isOfSystem = ECOSYSTEMS[ecosystem].kind === 'os';
  const need: AdvisoryNeed | undefined = isOfSystem
    ? system && advisoryNeed(distroNamed(system.name, system.version))
    : { ecosystem };
  if (need === undefined) return [];
  const upstream = isOfSystem ? purl.qualifiers.get('upstream')?.split('@')[0] : undefined;
  const reader = await open(need);
  return [...reader.byPackage(need, upstream ?? packageNameOf(purl, [label.package]))].filter(
    ({ id, aliases, withdrawnAt }) =>
      withdrawnAt === undefined && [id, ...aliases].some((known) => label.ids.includes(known)),
  );
}

/** Thousands of labels ask the same few ecosystems. */
function openOnce(base: AdvisoryBase): (need: AdvisoryNeed) => Promise<AdvisoryReader> {
  const readers = new Map<string, Promise<AdvisoryReader>>();
  return (need) => {
    const key = JSON.stringify([need.ecosystem, need.release]);
    const reader = readers.get(key) ?? base.open([need], quietContext());
    readers.set(key, reader);
    return reader;
  };
}

function shown(records: readonly Advisory[]): string {
  return records
    .map(({ id, feed, affected }) => {
      const spans = affected.flatMap(({ ranges, versions }) => [
        ...ranges.map((range) => JSON.stringify(range)),
        ...versions,
      ]);
      return `${feed} ${id} (${spans.join(' ')})`;
    })
    .join(', ');
}
