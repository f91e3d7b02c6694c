/** Cases that scan: images, directories, lockfiles, root file systems, repositories, SBOMs. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Case, type Step } from './lane.ts';
import {
  copyParserInputs,
  copySamples,
  filesBelow,
  writeChangingLayer,
  writeLayout,
  writeRepository,
} from './prepare.ts';

const FILES: Readonly<Record<string, string>> = {
  json: 'report.json',
  table: 'report.txt',
  'trivy-json': 'report.trivy.json',
  verdict: 'verdict.json',
  cyclonedx: 'report.cdx.json',
  'spdx-json': 'report.spdx.json',
  'cosign-vuln': 'report.cosign.json',
  sarif: 'report.sarif',
  junit: 'report.xml',
  csv: 'report.csv',
  gitlab: 'report.gitlab.json',
  markdown: 'report.md',
  github: 'report.github',
};
const ALL_FORMATS = Object.entries(FILES).flatMap(([format, file]) => ['-o', `${format}=${file}`]);

/** Images whose layers differ in compression, packages and number, for a quick comparison. */
const QUICK_IMAGES = ['oci/alpine-3.19', 'oci/trixie-app', 'save/bookworm-slim'];

/** Views of a stored report that are rendered from it, one run each. */
const VIEWS: readonly (readonly string[])[] = [
  ...Object.keys(FILES).map((format) => ['-f', format]),
  ['--width', '60'],
  ['--width', '100', '--rows', '5'],
  ['--width', '200', '--group', 'cve'],
  ['--group', 'origin', '--show-suppressed'],
  ['--group', 'fix', '--list-all-pkgs'],
  ['--dependency-tree', '--table-mode', 'summary,detailed', '--severity', 'HIGH,CRITICAL'],
  ['--compat', 'trivy'],
  ['--compat', 'grype'],
  ['-f', 'json', '--compat', 'trivy', '--list-all-pkgs'],
  ['-f', 'template', '-t', '{% for result in Results %}{{ result.Target }}\n{% endfor %}'],
];

const GATES: readonly (readonly string[])[] = [
  ['--exit-code', '9', '--severity', 'HIGH,CRITICAL', '--ignore-unfixed'],
  ['--fail-on', 'high+fixable', '--fail-on-tamper', '--exit-on-eol', '7'],
  ['--fail-on', 'critical,kev,owned', '--allow-incomplete', '-o', 'verdict'],
];

/** Returns the cases of images: `DIRECTORY/oci/NAME` and `DIRECTORY/save/NAME.tar`. */
export function imageCases(images: string, isQuick: boolean): readonly Case[] {
  const found = ['oci', 'save'].flatMap((form) => {
    const directory = path.join(images, form);
    return existsSync(directory) ? readdirSync(directory).map((name) => `${form}/${name}`) : [];
  });
  if (found.length === 0) throw new Error(`no image is in "${images}/oci" or "${images}/save"`);
  const chosen = isQuick
    ? found.filter((name) => QUICK_IMAGES.includes(name.replace(/\.tar$/, '')))
    : found;
  return chosen.sort().flatMap((name) => {
    const target = ['image', '--input', path.join(images, name)];
    return isQuick ? [fullScan(name, target)] : [fullScan(name, target), otherScans(name, target)];
  });
}

/**
 * Returns the cases of samples and of recorded inputs beside them. `prepared` is an empty directory
 * that both builds read.
 */
export function sampleCases(samples: string, prepared: string): readonly Case[] {
  const copy = path.join(prepared, 'samples');
  copySamples(samples, copy);
  const recorded = path.join(samples, '../conformance');
  return [
    ...directoryCases(copy),
    ...layeredCases(copy, recorded, prepared),
    ...repositoryCases(copy, prepared),
    ...copyParserInputs(path.join(recorded, 'parsers'), path.join(prepared, 'parsers')).map(
      (directory) => ({
        name: `parsers ${path.relative(path.join(prepared, 'parsers'), directory)}`,
        steps: [
          { args: ['fs', directory, '-o', 'json=fs.json', '-o', 'table', '--include-dev-deps'] },
          { args: ['rootfs', directory, '-o', 'json=rootfs.json', '-o', 'table'] },
        ],
      }),
    ),
    ...recordedCases(recorded),
  ];
}

function fullScan(name: string, target: readonly string[]): Case {
  const stored = FILES['json'] ?? '';
  return {
    name: `image ${name}`,
    steps: [
      { args: [...target, ...ALL_FORMATS], isNeeded: true },
      { args: [...target, '-f', 'json'] },
      { args: [...target, '-f', 'sarif', '--verify', 'full'] },
      { args: [...target, '--rows', '10'] },
      { args: ['digest', ...target.slice(1)] },
      ...GATES.flatMap((gate) => [
        { args: [...target, ...gate] },
        { args: ['gate', stored, ...gate] },
      ]),
      ...VIEWS.map((view) => ({ args: ['convert', stored, ...view] })),
      ...['cyclonedx', 'spdx-json', 'trivy-json'].map((format) => ({
        args: ['sbom', FILES[format] ?? '', '-o', `json=sbom-${format}.json`, '-o', 'table'],
      })),
      { args: ['diff', stored, FILES['cyclonedx'] ?? ''] },
      { args: ['diff', FILES['spdx-json'] ?? '', stored, '-f', 'json'] },
      { args: ['merge', FILES['cyclonedx'] ?? '', FILES['spdx-json'] ?? ''] },
      { args: (directory) => ['explain', firstFinding(directory), '--report', stored] },
      { args: ['convert', '-', '-f', 'csv'], stdin: stored },
    ],
  };
}

function otherScans(name: string, target: readonly string[]): Case {
  const cold = { args: ['clean', '--scan-cache'] };
  return {
    name: `image ${name}, other depths`,
    steps: [
      { args: [...target, '--verify', 'none', ...ALL_FORMATS], isNeeded: true },
      { args: [...target, '--verify', 'none', '-f', 'json'] },
      cold,
      { args: [...target, '--verify', 'manifests', '-f', 'json'] },
      { args: [...target, '--removed-pkgs', '--include-dev-deps', '-f', 'json'] },
      { args: [...target, '--scanners', 'packages', '-f', 'json'] },
      { args: [...target, '--skip-dirs', '/usr/share', '--pkg-types', 'os', '-f', 'json'] },
      { args: [...target, '--parallel', '1', '--max-packages', '10', '--fail-on', 'high'] },
    ],
  };
}

/** The id of the first finding in a stored report, or a word that no finding has. */
function firstFinding(directory: string): string {
  const text = readFileSync(path.join(directory, FILES['json'] ?? ''), 'utf8');
  const { results } = JSON.parse(text) as { results?: { findings?: { id?: string }[] }[] };
  return results?.[0]?.findings?.[0]?.id ?? 'CVE-0000-0000';
}

/**
 * Every directory of samples with files in it, every file that is a target by itself, and every
 * root file system.
 */
function directoryCases(copy: string): readonly Case[] {
  const files = filesBelow(copy).filter((file) => !file.includes('.rootfs/'));
  const directories = [...new Set(files.map((file) => path.dirname(file)))];
  const roots = [
    ...readdirSync(copy),
    ...readdirSync(copy).flatMap((area) => subdirectories(path.join(copy, area), area)),
  ].filter((name) => statSync(path.join(copy, name)).isDirectory());
  const single = files.filter((file) => /\/(?:java|binaries|lockfiles)\//.test(file));
  const named = (command: string, target: string): string =>
    `${command} samples/${path.relative(copy, target)}`;
  return [
    ...directories.map((directory) => scanCase(named('fs', directory), ['fs', directory])),
    ...single.map((file) => scanCase(named('fs', file), ['fs', file])),
    ...roots.map((name) => {
      const target = path.join(copy, name);
      return scanCase(named('rootfs', target), ['rootfs', target]);
    }),
  ];
}

function subdirectories(directory: string, name: string): readonly string[] {
  return statSync(directory).isDirectory()
    ? readdirSync(directory).map((inner) => path.join(name, inner))
    : [];
}

function scanCase(name: string, target: readonly string[]): Case {
  return {
    name,
    steps: [
      { args: [...target, ...ALL_FORMATS], isNeeded: true },
      { args: [...target, '-f', 'json', '--include-dev-deps', '--list-all-pkgs'] },
      { args: [...target, '--fail-on', 'high+fixable', '--fail-on-tamper', '--width', '80'] },
      {
        args: [
          ...['convert', FILES['json'] ?? '', '--dependency-tree', '--show-suppressed'],
          ...['--group', 'fix', '--list-all-pkgs', '--width', '110'],
        ],
      },
    ],
  };
}

/**
 * Images of sample layers: one for each archive, some of several layers, and recorded tar files as
 * layers.
 */
function layeredCases(copy: string, recorded: string, prepared: string): readonly Case[] {
  const changing = path.join(prepared, 'changing.tar');
  writeChangingLayer(changing, path.join(prepared, 'changing'));
  const archives = filesBelow(copy).filter((file) => file.endsWith('.tar.gz'));
  const tars = existsSync(path.join(recorded, 'tar'))
    ? filesBelow(path.join(recorded, 'tar')).filter((file) => file.endsWith('.tar'))
    : [];
  const images = new Map<string, readonly string[]>();
  archives.forEach((file, index) => {
    const name = path.basename(file, '.tar.gz');
    images.set(name, [file]);
    images.set(`${name}, changed`, [file, changing]);
    const next = archives[(index + 1) % archives.length];
    if (next !== undefined) images.set(`${name}, ${path.basename(next)}`, [file, next]);
  });
  for (const file of tars) images.set(`tar ${path.basename(path.dirname(file))}`, [file, changing]);
  return [...images].map(([name, layers], index) => {
    const directory = path.join(prepared, `layout-${index}`);
    writeLayout(directory, layers);
    const target = ['image', '--input', directory];
    const scanned = scanCase(`image of samples ${name}`, target);
    const removed: Step = { args: [...target, '--removed-pkgs', '-f', 'json'] };
    return { ...scanned, steps: [...scanned.steps, removed] };
  });
}

function repositoryCases(copy: string, prepared: string): readonly Case[] {
  const directory = path.join(prepared, 'repository');
  const lockfile = (name: string): string => path.join(copy, 'npm', name, 'package-lock.json');
  const pair = [lockfile('npm-v1-app'), lockfile('npm-v3-edge')] as const;
  if (!pair.every((file) => existsSync(file))) return [];
  writeRepository(directory, pair);
  const at = (...flags: readonly string[]): Case =>
    scanCase(`repo ${flags.join(' ')}`.trimEnd(), ['repo', directory, ...flags]);
  return [
    at(),
    at('--commit', 'HEAD'),
    at('--branch', 'other'),
    at('--tag', 'v1'),
    at('--tag', 'v2'),
    at('--baseline', 'v1'),
    at('--commit', 'HEAD', '--baseline', 'HEAD~1', '--fail-on', 'new'),
    scanCase('fs of a repository', ['fs', directory]),
    scanCase('a bare target', [directory]),
  ];
}

/** Recorded SBOMs and directories, with their own advisories where they have some. */
function recordedCases(recorded: string): readonly Case[] {
  if (!existsSync(recorded)) return [];
  const files = filesBelow(recorded);
  const sboms = files.filter((file) =>
    /\.(?:cdx|spdx)\.json$|\/sbom\/.*\/input\/|\/input\/[^/]*(?:cyclonedx|spdx|attestation)/.test(
      file,
    ),
  );
  const inputs = readdirSync(path.join(recorded, 'trivy'))
    .map((name) => path.join(recorded, 'trivy', name, 'input'))
    .filter((directory) => existsSync(directory));
  return [
    ...sboms.map((file) => {
      const own = path.join(path.dirname(file), 'osv.zip');
      const advisories = existsSync(own) ? ['--advisories', own] : [];
      const name = `sbom ${path.relative(recorded, file)}`;
      return scanCase(name, ['sbom', file, ...advisories]);
    }),
    ...inputs.map((directory) =>
      scanCase(`fs ${path.relative(recorded, directory)}`, ['fs', directory]),
    ),
  ];
}
