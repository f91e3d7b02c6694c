/**
 * People's labels on real images, `labels/IMAGE`, against the advisories of a feeds folder.
 *
 * A true positive of a known ecosystem must be found where a loaded feed names the pair of vulnerability and package;
 * a false positive must not be found unless a feed names it. Pairs that no feed names say nothing about Assay and are
 * listed as not covered, with those of ecosystems and systems that it does not know.
 */

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AdvisoryBase } from '../../src/advisory/base.ts';
import { AssayError } from '../../src/base/errors.ts';
import { quietContext } from '../../src/base/context.ts';
import { systemNamed } from '../../src/catalog/sbom/purl-system.ts';
import type { Advisory, AdvisoryNeed, AdvisoryReader } from '../../src/model/advisory.ts';
import { advisoryNeed } from '../../src/model/distro.ts';
import { ECOSYSTEMS } from '../../src/model/ecosystem.ts';
import { parsePackageUrl } from '../../src/model/purl.ts';
import { ecosystemOfPurl, packageNameOf } from '../../src/model/purl-package.ts';
import { scan } from '../../src/scan/index.ts';
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
  await withBase([feeds], async (base) => {
    for (const image of (await readdir(folder)).sort()) {
      await judgeImage(image, join(folder, image), base, score);
    }
  });
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
  const system = name === undefined ? undefined : { name, version: version ?? '' };
  const found = await findingsOf(join(path, 'sbom.cdx.json'), base);
  const open = openOnce(base);
  for (const [kind, label] of [
    ...labels.tp.map((row) => ['tp', row] as const),
    ...labels.fp.map((row) => ['fp', row] as const),
  ]) {
    const unknown = unknownPackages([label.purl], system);
    const naming = unknown === undefined ? await recordsNaming(label, system, open) : [];
    // A record of several CVEs makes a finding of each, and its other aliases belong to one of them, nobody knows which.
    const ids = [...label.ids, ...naming.map(({ id }) => id)];
    const isFound = ids.some((id) => found.has(`${id} ${label.package} ${label.version}`));
    const reason =
      unknown ??
      (kind === 'tp' && naming.length === 0 ? 'no loaded feed names the pair' : undefined);
    if (reason !== undefined) {
      score.notCovered.set(reason, (score.notCovered.get(reason) ?? 0) + 1);
      continue;
    }
    score.total += 1;
    const isRight = kind === 'tp' ? isFound : !isFound || naming.length > 0;
    if (isRight) continue;
    score.misses.push({
      case: `${image} ${kind} ${label.ids.join('/')} of ${label.package} ${label.version}`,
      reason:
        kind === 'fp'
          ? 'found, and no feed names it'
          : `not found, though named by ${shown(naming)}`,
    });
  }
}

/** `id package version` of every finding, under each id that the vulnerability has. */
async function findingsOf(sbom: string, base: AdvisoryBase): Promise<ReadonlySet<string>> {
  try {
    const target = { reference: sbom, kind: 'sbom' } as const;
    const request = { targets: [target], advisories: base, allowEmpty: true };
    const report = await scan(request, quietContext());
    return new Set(
      foundIn(report).flatMap(({ finding, pkg }) => {
        const { advisoryId } = finding;
        const aliases = report.advisories.get(advisoryId)?.aliases ?? [];
        return [advisoryId, ...aliases].map((id) => `${id} ${pkg.name} ${pkg.version}`);
      }),
    );
  } catch (error) {
    // An image of a system that is not known yet has nothing to be judged by.
    if (error instanceof AssayError && error.code === 'ADVISORY_DATA_MISSING') return new Set();
    throw error;
  }
}

/** Records that name one of the ids for the package, or for its source package, in the system's release. */
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
    ? system && advisoryNeed(systemNamed(system.name, system.version))
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
