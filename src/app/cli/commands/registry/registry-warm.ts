/**
 * `assay registry warm`: fills the store of the registry with the packages of lockfiles, and ends
 * like a gate.
 */

import { resolve } from 'node:path';

import { pluralize } from '../../../../core/base/pluralize.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { servedEcosystems } from '../../../../package-registry/registries-of.ts';
import type { RegistryEvent } from '../../../../package-registry/service-options.ts';
import type { ServedEcosystem } from '../../../../package-registry/settings.ts';
import { warmStore, type WarmPackage, type WarmResult } from '../../../../package-registry/warm.ts';
import { scan } from '../../../../scan/pipeline/scan.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule, Session } from '../command.ts';
import { WARM_FLAGS } from './flags.ts';
import {
  openAdvisorySource,
  readPackageSources,
  readRegistrySettings,
} from './registry-options.ts';

export const registryWarm: CommandModule = {
  usage: 'LOCKFILE...',
  description:
    'Fetches all packages of lockfiles of npm and Python into the store of "assay registry", decides each by the policy, and compares their digests with those of the lockfile. It ends like a gate: with 1 if a package is refused or has other digests, with 6 if one could not be fetched or a lockfile could not be read whole. The registry must not run at the same time in the same directory. See docs/registry.md.',
  flags: [...WARM_FLAGS, FORMAT_FLAG],
  examples: [
    { command: 'assay registry warm package-lock.json', purpose: 'fill the store for npm ci' },
    { command: 'assay registry warm web/pnpm-lock.yaml api/uv.lock', purpose: 'several at once' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    if (session.args.length === 0) {
      throw new AssayError('USAGE', 'no lockfile is given', {
        hint: 'Name one: assay registry warm package-lock.json',
      });
    }
    const settings = readRegistrySettings(session);
    const sources = await readPackageSources(session);
    const request = { settings, sources, isIncompleteAllowed: false };
    const advisories = await openAdvisorySource(session, request);
    const locked = await readLockfiles(session, servedEcosystems(settings, sources));
    const onEvent = ({ kind, package: name, version, message }: RegistryEvent): void =>
      session.context.log.warn(stripControl(`${kind}: ${name}@${version}: ${message}`));
    const { packages } = locked;
    const results = await warmStore(
      { settings, sources, advisories, packages, onEvent },
      session.context,
    );
    const outcome = { results, gaps: locked.gaps };
    const verdict = verdictOf(outcome, session.flags.isOn('allow-incomplete'));
    const data = { schemaVersion: 1, verdict, ...outcome };
    await writeResult(session, format, { data, text: warmText(outcome, verdict) });
    return EXIT_CODES[VERDICT_CODES[verdict]];
  },
};

interface Locked {
  readonly packages: readonly WarmPackage[];
  /** What is not fetched, as sentences without a period at their end. */
  readonly gaps: readonly string[];
}

interface Warmed {
  readonly results: readonly WarmResult[];
  readonly gaps: readonly string[];
}

type WarmVerdict = 'pass' | 'fail' | 'incomplete';

const VERDICT_CODES = { pass: 'pass', fail: 'findings', incomplete: 'incomplete' } as const;

async function readLockfiles(
  { args, io, context }: Session,
  served: readonly ServedEcosystem[],
): Promise<Locked> {
  const targets = args.map((file) => ({ reference: resolve(io.cwd, file), isPath: true }));
  const { results } = await scan({ targets, includeDevDependencies: true }, context);
  const packages = new Map<string, WarmPackage>();
  const gaps = new Set<string>();
  for (const { inventory, diagnostics } of results) {
    for (const { gap, message } of diagnostics) if (gap !== undefined) gaps.add(message);
    for (const { ecosystem, name, version, digests, qualifiers } of inventory.packages) {
      const shown = `${name} ${version}`.trim();
      const one = served.find((known) => known === ecosystem);
      if (one === undefined)
        gaps.add(`${shown} is of an ecosystem that is not served (${ecosystem})`);
      else if (qualifiers.has('vcs_url')) gaps.add(`${shown} comes from a repository of git`);
      else if (version === '') gaps.add(`${shown} has no version in the lockfile`);
      else {
        const key = JSON.stringify([ecosystem, name, version]);
        const before = packages.get(key)?.digests ?? [];
        const all = [...new Set([...before, ...digests])];
        packages.set(key, { ecosystem: one, name, version, digests: all });
      }
    }
  }
  return { packages: [...packages.values()], gaps: [...gaps] };
}

function verdictOf({ results, gaps }: Warmed, isIncompleteAllowed: boolean): WarmVerdict {
  const has = (...outcomes: readonly WarmResult['outcome'][]): boolean =>
    results.some(({ outcome }) => outcomes.includes(outcome));
  if (has('refused', 'mismatch')) return 'fail';
  const isWhole = gaps.length === 0 && results.length > 0 && !has('missing', 'failed');
  return isWhole || isIncompleteAllowed ? 'pass' : 'incomplete';
}

/** Packages that are listed. */
const MAX_LISTED = 50;

function warmText({ results, gaps }: Warmed, verdict: WarmVerdict): string {
  const told = results.filter(({ outcome, text }) => outcome !== 'stored' || text !== undefined);
  const storedCount = results.filter(({ outcome }) => outcome === 'stored').length;
  const lines = [
    ...told.map(
      ({ ecosystem, name, version, outcome, text }) =>
        `${name}${ecosystem === 'npm' ? '@' : '=='}${version}: ${outcome}${text === undefined ? '' : `: ${text}`}`,
    ),
    ...gaps.map((text) => `not fetched: ${text}`),
  ];
  const more = lines.length - MAX_LISTED;
  return [
    ...lines.slice(0, MAX_LISTED),
    ...(more > 0 ? [`and ${more} more; -f json lists all`] : []),
    `${verdict.toUpperCase()}: ${storedCount} of ${pluralize(results.length, 'package')} stored`,
  ]
    .map((line) => `${stripControl(line)}\n`)
    .join('');
}
