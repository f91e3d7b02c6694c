/**
 * The findings of the command against those of a peer that has the same advisories, as sets of (id,
 * package, installed), and the severities of those that both have.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareSeverities, type OwnSeverity, type SourceRating } from './finding-severities.ts';
import type { Bench } from './measure.ts';

/**
 * Exit code of a scan that has no advisories for any package; such an image is no success with
 * nothing found.
 */
const NO_ADVISORIES = 4;

export interface FindingSources {
  readonly assay: string;
  readonly images: string;
  /** A cache folder into which the advisories were imported. */
  readonly base: string;
  /** `findings/<image>.jsonl` and `lock` of the peer. */
  readonly trivydb: string;
}

interface Row {
  readonly id: string;
  readonly package: string;
  readonly installed: string;
}

interface OwnRow extends Row {
  readonly aliases: readonly string[];
  readonly rated: OwnSeverity;
}

interface TheirRow extends Row {
  readonly severity: string;
}

/**
 * Two lines an image: how many findings only one of the two has, and how many severities of the
 * others differ without a rule that explains it. The findings themselves are printed.
 */
export function compareFindings(sources: FindingSources): readonly Bench[] {
  const folder = path.join(sources.trivydb, 'findings');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && targetOf(name, sources) !== undefined)
    .sort()
    .flatMap((name) => compareOne(name, path.join(folder, name), sources));
}

function targetOf(
  name: string,
  { images, trivydb }: FindingSources,
): readonly string[] | undefined {
  const image = name.replace(/(?:\.oci)?\.jsonl$/, '');
  if (image === 'lock') return ['fs', path.join(trivydb, 'lock'), '--include-dev-deps'];
  const isOci = name.endsWith('.oci.jsonl');
  const target = isOci
    ? path.join(images, 'oci', image)
    : path.join(images, 'save', `${image}.tar`);
  return existsSync(target) ? ['image', '--input', target] : undefined;
}

function compareOne(name: string, file: string, sources: FindingSources): readonly Bench[] {
  const args = targetOf(name, sources) ?? [];
  const own = rowsOfReport(args, sources);
  const theirs = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TheirRow);
  const onlyOwn = own.filter((row) => !theirs.some((other) => isSame(row, other)));
  const onlyTheirs = theirs.filter((row) => !own.some((other) => isSame(other, row)));
  for (const row of onlyOwn) console.log(`  ${name}: only Assay: ${shown(row)}`);
  for (const row of onlyTheirs) console.log(`  ${name}: only trivy: ${shown(row)}`);
  const pairs = own.flatMap((row) => {
    const other = theirs.find((one) => isSame(row, one));
    return other === undefined
      ? []
      : [{ shown: shown(row), own: row.rated, theirs: other.severity }];
  });
  const image = name.replace('.jsonl', '');
  return [
    {
      bench: `findings of ${image}`,
      of: 'findings that only one of the two has',
      ratio: onlyOwn.length + onlyTheirs.length,
      target: 0,
      detail: { own: own.length, theirs: theirs.length },
    },
    compareSeverities(image, pairs),
  ];
}

function rowsOfReport(args: readonly string[], { assay, base }: FindingSources): readonly OwnRow[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-findings-'));
  const out = path.join(folder, 'report.json');
  try {
    const how = ['--quiet', '--offline', '--cache-dir', base, '-f', 'json', '-o', out];
    const { status, stderr } = spawnSync(process.execPath, [assay, ...args, ...how], {
      encoding: 'utf8',
    });
    if (status === NO_ADVISORIES) {
      console.log(`  ${args.at(-1) ?? ''}: refused, no advisories are loaded for its system`);
      return [];
    }
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    const report = JSON.parse(readFileSync(out, 'utf8')) as ReportFile;
    return report.results.flatMap(({ inventory, findings }) => {
      const packages = new Map(inventory.packages.map((pkg) => [pkg.id, pkg]));
      return findings.flatMap((finding) => {
        const { advisoryId: id = '', packageId = '', severity = '', severityBy = '' } = finding;
        const pkg = packages.get(packageId);
        if (pkg === undefined) return [];
        const { aliases = [], ratings = [], affected = [] } = report.advisories[id] ?? {};
        const all = [...ratings, ...affected.flatMap((entry) => entry.ratings)];
        const isMalicious = finding.malicious !== undefined;
        const rated = { severity, severityBy, isMalicious, ratings: all };
        return [{ id, aliases, package: pkg.name, installed: pkg.version, rated }];
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ReportFile {
  readonly advisories: Readonly<
    Record<
      string,
      {
        readonly aliases?: readonly string[];
        readonly ratings?: readonly SourceRating[];
        readonly affected?: readonly { readonly ratings: readonly SourceRating[] }[];
      }
    >
  >;
  readonly results: readonly {
    readonly inventory: {
      readonly packages: readonly {
        readonly id: string;
        readonly name: string;
        readonly version: string;
      }[];
    };
    readonly findings: readonly {
      readonly advisoryId?: string;
      readonly packageId?: string;
      readonly severity?: string;
      readonly severityBy?: string;
      readonly malicious?: object;
    }[];
  }[];
}

function isSame(own: OwnRow, other: Row): boolean {
  const isNamed = own.id === other.id || own.aliases.includes(other.id);
  return isNamed && own.package === other.package && own.installed === other.installed;
}

function shown({ id, package: name, installed }: Row): string {
  return `${id} ${name} ${installed}`;
}
