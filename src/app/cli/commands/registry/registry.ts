/** `assay registry`: runs a package registry that decides. */

import {
  DEFAULT_PACKAGE_POLICY,
  type PackagePolicy,
} from '../../../../scan/policy/package-policy.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import {
  servedEcosystems,
  type PackageSources,
} from '../../../../package-registry/registries-of.ts';
import { privateTest } from '../../../../package-registry/private-names.ts';
import type { NpmConfig } from '../../../../clients/package-index/npm-config.ts';
import type { RegistrySettings, ServedEcosystem } from '../../../../package-registry/settings.ts';
import { optimizeForServing } from '../../shell/v8-heap-flags.ts';
import type { CommandModule, Session } from '../command.ts';
import { SERVE_FLAGS } from './flags.ts';
import {
  openAdvisorySource,
  readPackageSources,
  readRegistrySettings,
} from './registry-options.ts';

/** The base fetches what is due once a day. */
const UPDATE_EVERY_MS = 3_600_000;

export const registry: CommandModule = {
  usage: '',
  description:
    'Runs a registry for packages of npm and Python that takes them from other registries, and serves only what the policy allows. Versions that the policy hides are missing from all answers, and their files are refused with the reason. The policy is in the section "registry:" of assay.yaml; without one, known malicious versions and those with a wrong signature or attestation are hidden, and everything else is served. It runs until it is interrupted. See docs/registry.md.',
  flags: SERVE_FLAGS,
  endsBySignal: true,
  examples: [
    { command: 'assay registry', purpose: 'serve packages on 127.0.0.1:4873' },
    {
      command: 'assay registry --uplink https://npm.example.com/ --dry-run',
      purpose: 'log what the policy would hide, and serve everything',
    },
  ],
  instead:
    'Start it with "assay registry"; explain a decision with "assay registry why NAME@VERSION".',
  run: async (session) => {
    const { flags, context, say } = session;
    const settings = readRegistrySettings(session);
    const sources = await readPackageSources(session);
    for (const note of sources.notes) context.log.warn(note);
    const unused = unusedScopes(settings, sources);
    if (unused.length > 0) {
      context.log.warn(
        `registries of scopes in the npm configuration are not used, because uplinks are configured: packages of ${unused.join(', ')} are asked for at the uplinks; to keep them private, add "${unused[0] ?? ''}/*" to registry.private`,
      );
    }
    if (isPublishedToCache(session, settings)) {
      context.log.warn(
        `published packages are stored in the cache directory ("${settings.folder}"); set registry.data to another directory, and back it up`,
      );
    }
    const isIncompleteAllowed = flags.isOn('allow-incomplete');
    const source = await openAdvisorySource(session, { settings, sources, isIncompleteAllowed });
    const { serveRegistry } = await import('../../../../package-registry/serve.ts');
    optimizeForServing();
    const updating = setInterval(() => {
      source.update().catch((error: unknown) => context.log.warn(String(error)));
    }, UPDATE_EVERY_MS);
    try {
      await serveRegistry(
        {
          settings,
          advisories: source,
          sources,
          onReady: (url) => {
            const where = session.config?.registry === undefined ? '' : ` (${session.config.path})`;
            const dry = settings.isDryRun ? '; dry run: everything is served' : '';
            void say(
              `${addressLines(url, servedEcosystems(settings, sources))}policy: ${policyText(settings.policy)}${where}${dry}\n${rootText(sources)}`,
            );
          },
        },
        context,
      );
    } finally {
      clearInterval(updating);
    }
    return EXIT_CODES.pass;
  },
};

/** Scopes whose own registry is not asked. */
function unusedScopes(
  settings: RegistrySettings,
  { npm }: { readonly npm: Pick<NpmConfig, 'registries'> },
): readonly string[] {
  if (settings.uplinks.length === 0) return [];
  const isPrivate = privateTest(settings);
  return [...npm.registries().keys()]
    .filter((key) => key.startsWith('@'))
    .map((key) => key.slice(0, key.indexOf(':')))
    .filter((scope) => !isPrivate(`${scope}/x`));
}

/** Caches are deleted; published packages are nowhere else. */
function isPublishedToCache(
  { flags, config }: Session,
  { tokens, privateNames }: Pick<RegistrySettings, 'tokens' | 'privateNames'>,
): boolean {
  if ((flags.text('data') ?? config?.registry?.data) !== undefined) return false;
  return privateNames.length > 0 && tokens.some(({ role }) => role !== 'read');
}

/** Where clients find each protocol. */
function addressLines(url: URL, served: readonly ServedEcosystem[]): string {
  const paths = { npm: '', pypi: 'pypi/simple/' } as const;
  const names = { npm: 'npm', pypi: 'Python' } as const;
  return [
    `registry: ${url.href}\n`,
    ...served.map((one) => `  ${names[one]}: ${new URL(paths[one], url).href}\n`),
  ].join('');
}

/** What is not verified is said. */
function rootText({ roots }: Pick<PackageSources, 'roots'>): string {
  return roots === undefined
    ? 'attestations: not verified; name a trusted root with --trusted-root, or in the trust file\n'
    : 'attestations: verified\n';
}

/** The policy in one line. */
function policyText(policy: PackagePolicy): string {
  if (policy === DEFAULT_PACKAGE_POLICY) {
    return 'none is configured: known malicious versions and those with a wrong signature or attestation are hidden, everything else is served';
  }
  const rules = policy.rules.map(({ kind, action }) => `${action} ${kind}`).join(', ');
  const lists = [
    pluralize(policy.allow.length, 'allowed entry', 'allowed entries'),
    pluralize(policy.block.length, 'blocked entry', 'blocked entries'),
  ];
  return `${rules}; ${lists.join(', ')}`;
}
