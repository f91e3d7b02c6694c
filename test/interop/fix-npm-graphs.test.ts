/**
 * Plans of generated npm projects: the findings that are predicted before npm runs are those of the
 * lockfile that npm writes. Later releases request nothing that the lockfile does not have, because
 * the prediction knows only what the steps move.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';

import { CommandFolder, type Flaw } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { NpmRegistry, type NpmVersions } from '../support/npm-registry.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm');
const GRAPHS = 30;
const PACKAGES = 8;
const VERSIONS = ['1.0.0', '1.1.0', '1.2.0', '2.0.0'];

interface Graph {
  readonly packages: Readonly<Record<string, NpmVersions>>;
  readonly flaws: readonly Flaw[];
  readonly direct: Readonly<Record<string, string>>;
}

/** Packages that request others of a higher number, in ranges that the first versions satisfy. */
function graphOf(seed: number): Graph {
  const { integer, pick } = bound(seed);
  const nameOf = (index: number): string => `g${seed}-p${index}`;
  const rangeAt = (version: string): string => {
    const isFirst = version === '1.0.0';
    return pick(isFirst ? ['^1.0.0', '~1.0.0', '1.0.0', '>=1.0.0'] : ['^1.0.0', '>=1.0.0']);
  };
  const packages: Record<string, NpmVersions> = {};
  for (let index = 0; index < PACKAGES; index += 1) {
    const others = Array.from(
      { length: PACKAGES - index - 1 },
      (_, step) => index + step + 1,
    ).filter(() => integer(100) < 35);
    packages[nameOf(index)] = Object.fromEntries(
      VERSIONS.map((version) => [
        version,
        Object.fromEntries(others.map((other) => [nameOf(other), rangeAt(version)])),
      ]),
    );
  }
  const flaws = Array.from({ length: PACKAGES }, (_, index) => index)
    .filter(() => integer(100) < 45)
    .map((index): Flaw => ({
      id: `GHSA-${String(seed).padStart(4, '0')}-${String(index).padStart(4, '0')}-aaaa`,
      name: nameOf(index),
      fixed: pick(['1.1.0', '1.2.0', '2.0.0']),
      severity: pick(['LOW', 'HIGH', 'CRITICAL'] as const),
    }));
  const direct = [0, 1, 2].map((index) => [nameOf(index), pick(['^1.0.0', '~1.0.0', '1.0.0'])]);
  return { packages, flaws, direct: Object.fromEntries(direct) as Record<string, string> };
}

function bound(seed: number): {
  readonly integer: (below: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
} {
  const random = randomOf(seed);
  return { integer: (below) => random.integer(below), pick: (list) => random.pick(list) };
}

let folder: CommandFolder;
let registry: NpmRegistry;
const graphs = Array.from({ length: GRAPHS }, (_, index) => graphOf(index + 1));
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = new CommandFolder();
  registry = await NpmRegistry.start();
  folder.env['npm_config_registry'] = registry.url;
  await folder.load(...graphs.flatMap(({ flaws }) => flaws));
});
afterAll(async () => {
  if (missing !== undefined) return;
  await registry[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Packument {
  readonly versions: Readonly<
    Record<string, { readonly dist: { readonly tarball: string; readonly integrity: string } }>
  >;
}

/**
 * Writes a project and the lockfile that npm would make of it if the first versions were the only
 * ones.
 */
async function project(name: string, { packages, direct }: Graph): Promise<void> {
  registry.publish(packages);
  const manifest = { name, version: '1.0.0', dependencies: direct };
  folder.write(`${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  const rows: Record<string, object> = { '': manifest };
  const queue = new Set(Object.keys(direct));
  // The set grows while it is walked.
  for (const pkg of queue) {
    const requests = packages[pkg]?.['1.0.0'] ?? {};
    for (const other of Object.keys(requests)) queue.add(other);
    const answer = (await (await fetch(`${registry.url}${pkg}`)).json()) as Packument;
    const dist = answer.versions['1.0.0']?.dist;
    rows[`node_modules/${pkg}`] = {
      version: '1.0.0',
      resolved: dist?.tarball,
      integrity: dist?.integrity,
      ...(Object.keys(requests).length > 0 && { dependencies: requests }),
    };
  }
  const sorted = Object.entries(rows).sort(([one], [other]) => (one < other ? -1 : 1));
  const head = { name, version: '1.0.0', lockfileVersion: 3, requires: true };
  const lock = { ...head, packages: Object.fromEntries(sorted) };
  folder.write(`${name}/package-lock.json`, `${JSON.stringify(lock, null, 2)}\n`);
}

interface Scanned {
  readonly results: readonly {
    readonly inventory: {
      readonly packages: readonly { readonly id: string; readonly name: string }[];
    };
    readonly findings: readonly {
      readonly id: string;
      readonly advisoryId: string;
      readonly packageId: string;
    }[];
  }[];
}

interface Comparison {
  /** Ids of findings that the run calls left, and those of a scan of the lockfile. */
  readonly left: readonly string[];
  readonly found: readonly string[];
  /** The same as advisories of packages: predicted before npm ran, and found. */
  readonly predicted: readonly string[];
  readonly named: readonly string[];
  readonly isPlanned: boolean;
}

/**
 * Fixes a project, and compares what was predicted and what is called left with a scan of the
 * lockfile.
 */
async function compare(graph: Graph, index: number): Promise<Comparison> {
  const name = `app${index}`;
  await project(name, graph);
  const args = ['--offline=false', '--skip-db-update', '--debug', '--apply', '-f', 'json'];
  const { stdout, stderr } = await folder.assay('fix', name, ...args);
  const { left } = JSON.parse(stdout) as { readonly left: readonly string[] };
  const text = /predicted to leave: ?(?<list>.*)$/mu.exec(stderr)?.groups?.['list'] ?? '';
  const scanned = await folder.assay('fs', name, '-f', 'json');
  const findings = (JSON.parse(scanned.stdout) as Scanned).results.flatMap((result) => {
    const names = new Map(result.inventory.packages.map((pkg) => [pkg.id, pkg.name]));
    return result.findings.map((one) => ({ ...one, name: names.get(one.packageId) ?? '' }));
  });
  const predicted = text === '' ? [] : text.split(', ');
  const named = findings.map(({ id, advisoryId, name: pkg }) =>
    predicted.includes(id) ? id : `${advisoryId} of ${pkg}`,
  );
  return {
    left: [...left].sort(),
    found: findings.map(({ id }) => id).sort(),
    predicted,
    named: [...new Set(named)].sort(),
    isPlanned: /plan of .* before it is tried: [^;]/u.test(stderr),
  };
}

it.skipIf(missing !== undefined)(
  `leave in ${GRAPHS} projects what the run says, and exactly what was predicted${needs(missing)}`,
  async () => {
    const surprises: unknown[] = [];
    let planned = 0;
    for (const [index, graph] of graphs.entries()) {
      const { left, found, predicted, named, isPlanned } = await compare(graph, index);
      expect([index, left]).toEqual([index, found]);
      if (predicted.join() !== named.join()) surprises.push([index, predicted, named]);
      if (isPlanned) planned += 1;
    }
    expect(surprises).toEqual([]);
    expect(planned).toBeGreaterThan(GRAPHS / 2);
  },
  300_000,
);
