/** `assay registry why`: explains what the registry does with a version. */

import { stripControl } from '../../../../core/base/strip-control.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import {
  explainPackage,
  type ExplainedVersion,
  type Explanation,
} from '../../../../package-registry/explain.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import type { CommandModule } from '../command.ts';
import { POLICY_SOURCE_FLAGS } from './flags.ts';
import {
  openAdvisorySource,
  readPackageSources,
  readRegistrySettings,
} from './registry-options.ts';

export const registryWhy: CommandModule = {
  usage: 'NAME[@VERSION]|NAME==VERSION|pypi:NAME',
  description:
    'Explains what "assay registry" does with a version, and why, by the policy of assay.yaml and the advisory data that is loaded. Without a version it lists all versions that are not simply served. The document that the registry has stored is used; if it has none, the uplink is asked. See docs/registry-policy.md.',
  flags: [...POLICY_SOURCE_FLAGS, FORMAT_FLAG],
  examples: [
    { command: 'assay registry why left-pad@1.3.0', purpose: 'explain one version' },
    { command: 'assay registry why requests==2.31.0', purpose: 'explain a version for Python' },
    {
      command: 'assay registry why @acme/left --offline',
      purpose: 'list the decisions on a package that is stored',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const [spec, ...more] = session.args;
    if (spec === undefined || more.length > 0) {
      const [extra = ''] = more;
      const problem =
        spec === undefined
          ? 'no package given'
          : `only one package is accepted, and "${extra}" is another one`;
      throw new AssayError('USAGE', problem, {
        hint: 'Name one: assay registry why NAME, or NAME@VERSION; for Python pypi:NAME, or NAME==VERSION',
      });
    }
    const settings = readRegistrySettings(session);
    const sources = await readPackageSources(session);
    const request = { settings, sources, isIncompleteAllowed: false };
    const advisories = await openAdvisorySource(session, request);
    const explanation = await explainPackage(
      { spec, settings, advisories, sources },
      session.context,
    );
    const data = { schemaVersion: 1, ...explanation };
    await writeResult(session, format, { data, text: whyText(explanation) });
    return EXIT_CODES.pass;
  },
};

const WORDS = {
  serve: 'served',
  warn: 'served with a warning',
  hide: 'hidden',
  refuse: 'refused',
} as const;
/** Versions that are listed. */
const MAX_LISTED = 20;

/** The explanation for people. */
function whyText(explanation: Explanation): string {
  const { version } = explanation;
  const lines = version === undefined ? listLines(explanation) : versionLines(version, explanation);
  return `${lines.map(stripControl).join('\n')}\n`;
}

function listLines({
  package: name,
  decided,
  versionCount,
  newestServed,
}: Explanation): readonly string[] {
  const served = versionCount - decided.filter(({ action }) => action !== 'warn').length;
  const newest = newestServed === undefined ? '' : `, the newest is ${newestServed}`;
  const more = decided.length - MAX_LISTED;
  return [
    `${name}: ${served} of ${versionCount} versions are served${newest}`,
    ...decided
      .slice(0, MAX_LISTED)
      .map(
        ({ version, action, causes, file }) =>
          `  ${version}  ${WORDS[action]}${file === undefined ? '' : ` (${file})`}: ${causes[0]?.text ?? ''}`,
      ),
    ...(more > 0 ? [`  and ${more} older ones`] : []),
  ];
}

function versionLines(version: ExplainedVersion, explanation: Explanation): readonly string[] {
  const { ecosystem, package: name, newestServed, isStored, uplink } = explanation;
  const { action, causes, allowedBy, changesAt } = version;
  const isServed = action === 'serve' || action === 'warn';
  const where = `Document: ${isStored ? 'stored by the registry' : 'fetched now'}, from ${uplink}`;
  const change =
    changesAt === undefined ? [] : [`Next change by time: ${new Date(changesAt).toISOString()}`];
  const cure = isServed ? [] : cureLines(explanation, version, newestServed);
  const at = ecosystem === 'npm' ? '@' : '==';
  return [
    `${name}${at}${version.version}: ${WORDS[action]}${version.file === undefined ? '' : ` (${version.file})`}`,
    ...causes.map(({ rule, action: one, text }) => `  ${rule} (${one}): ${text}`),
    ...allowedBy.map((text) => `  ${text}`),
    ...attestationLines(version),
    where,
    ...change,
    ...cure,
  ];
}

function attestationLines({ attestations }: ExplainedVersion): readonly string[] {
  if (attestations === undefined) return [];
  if (attestations.state !== 'verified') {
    return [`Attestations: ${attestations.state}: ${attestations.reason}`];
  }
  return [`Attestations: verified, by ${attestations.signers.join(', ')}`];
}

function cureLines(
  { package: name, ecosystem }: Explanation,
  { version, causes }: ExplainedVersion,
  newestServed: string | undefined,
): readonly string[] {
  const instead =
    newestServed === undefined ? [] : [`Newest version that is served: ${newestServed}`];
  if (causes.some(({ rule }) => rule === 'blocked')) {
    return [...instead, 'It is in registry.block of assay.yaml, which no allowed entry lifts.'];
  }
  if (causes.some(({ rule }) => rule === 'unusable')) return instead;
  const rules = [...new Set(causes.map(({ rule }) => rule))].join(', ');
  return [
    ...instead,
    'To serve it, add this to registry.allow of assay.yaml and restart the registry:',
    `  - package: '${name}'`,
    ...(ecosystem === 'npm' ? [] : [`    ecosystem: ${ecosystem}`]),
    `    versions: '${version}'`,
    `    rules: [${rules}]`,
    '    reason: WHY',
    '    owner: WHO',
    '    expires: YYYY-MM-DD',
  ];
}
