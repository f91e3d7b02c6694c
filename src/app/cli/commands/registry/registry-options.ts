/** From flags and the section `registry:` to the settings of a package registry. */

import { join, resolve } from 'node:path';

import { createUpdatingBase } from '../../../../advisories/base/updating-base.ts';
import { baseFingerprint } from '../../../../advisories/store/base-fingerprint.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import type { RegistrySection } from '../../../config/registry-section.ts';
import { badValue } from '../../../config/values.ts';
import { ECOSYSTEMS } from '../../../../core/model/package/ecosystem.ts';
import { DEFAULT_PACKAGE_POLICY } from '../../../../scan/policy/package-policy.ts';
import { loadNpmConfig, type NpmConfig } from '../../../../clients/package-index/npm-config.ts';
import { loadPipConfig } from '../../../../clients/package-index/pip-config.ts';
import type { AdvisorySource } from '../../../../package-registry/advisory-watch.ts';
import {
  servedEcosystems,
  type PackageSources,
} from '../../../../package-registry/registries-of.ts';
import {
  DEFAULT_REGISTRY_SETTINGS,
  type RegistrySettings,
} from '../../../../package-registry/settings.ts';
import { readAdvisoryOptions } from '../../shell/options/advisory-options.ts';
import { trustedRoots } from '../../../../trust/signing/trusted-roots.ts';
import { openScanTrust } from '../../shell/options/trust-options.ts';
import { readNamedRoot } from '../../shell/options/trusted-root.ts';
import type { Session } from '../command.ts';

/** Reads the settings of a registry. @throws AssayError `USAGE`, `CONFIG_INVALID` */
export function readRegistrySettings(session: Session): RegistrySettings {
  const { flags, config, io, cacheDir } = session;
  const section = config?.registry ?? {};
  const data = flags.text('data') ?? section.data;
  const listen = flags.text('listen') ?? section.listen;
  const url = flags.text('url') ?? section.url;
  const given = flags.list('uplink');
  const uplinks = given.length > 0 ? given : (section.uplinks ?? []);
  return {
    ...DEFAULT_REGISTRY_SETTINGS,
    ...settingsOf(section),
    ...(listen !== undefined && readListen(listen)),
    ...(url !== undefined && { publicUrl: readUrl('url', url) }),
    ...(section.tls !== undefined && {
      tls: { cert: resolve(io.cwd, section.tls.cert), key: resolve(io.cwd, section.tls.key) },
    }),
    folder: data === undefined ? join(cacheDir, 'registry') : resolve(io.cwd, data),
    uplinks: uplinks.map((text) => readUrl('uplink', text)),
    pypi: pypiOf(section),
    isDryRun: flags.isOn('dry-run') || section.isDryRun === true,
    policy: section.policy ?? DEFAULT_PACKAGE_POLICY,
  };
}

function pypiOf({ pypi }: RegistrySection): RegistrySettings['pypi'] {
  return {
    uplinks: (pypi?.uplinks ?? []).map((text) => readUrl('pypi.uplinks', text)),
    privateNames: pypi?.privateNames ?? [],
  };
}

/** What only the section sets. */
function settingsOf(section: RegistrySection): Partial<RegistrySettings> {
  const { freshMs, maxStoredBytes, maxPublishBytes, tokens, privateNames, ecosystems, limits } =
    section;
  return {
    ...(ecosystems !== undefined && { ecosystems }),
    ...(freshMs !== undefined && { freshMs }),
    ...(maxStoredBytes !== undefined && { maxStoredBytes }),
    ...(maxPublishBytes !== undefined && { maxPublishBytes }),
    ...(limits !== undefined && { limits: { ...DEFAULT_REGISTRY_SETTINGS.limits, ...limits } }),
    ...(tokens !== undefined && { tokens }),
    ...(privateNames !== undefined && { privateNames }),
  };
}

/**
 * Reads the configuration of the user's package managers and the trust file. @throws AssayError
 * `CONFIG_INVALID`
 */
export async function readPackageSources(
  session: Session,
): Promise<PackageSources & { readonly npm: NpmConfig; readonly notes: readonly string[] }> {
  const { env } = session.io;
  const npm = await loadNpmConfig({ env, withBuiltIn: true });
  const pip = await loadPipConfig(env);
  const trust = await openScanTrust(session);
  const { implicitPath, warning } = trust ?? {};
  const named = await readNamedRoot(session);
  const hasRoots = named !== undefined || (trust?.trust.trustedRoots ?? []).length > 0;
  const roots = trustedRoots({ named, trust, now: session.context.now() });
  // A root that cannot be used ends the command before it serves anything.
  if (hasRoots) await roots.load();
  return {
    npm,
    pip,
    trust: trust?.trust,
    ...(hasRoots && { roots }),
    notes: [
      ...npm.notes,
      ...(warning === undefined ? [] : [warning]),
      ...(implicitPath === undefined ? [] : [`"${implicitPath}" limits the sources of packages`]),
    ],
  };
}

/** What the source of advisories depends on. */
interface AdvisoryRequest {
  readonly settings: RegistrySettings;
  readonly sources: PackageSources;
  /** A base without data for a served ecosystem is accepted. */
  readonly isIncompleteAllowed: boolean;
}

/**
 * Opens the source of the advisories that versions are judged by. @throws AssayError as the base
 * does
 */
export async function openAdvisorySource(
  session: Session,
  { settings, sources, isIncompleteAllowed }: AdvisoryRequest,
): Promise<AdvisorySource & { readonly update: () => Promise<void> }> {
  const { context } = session;
  const needs = servedEcosystems(settings, sources).map((ecosystem) => ({ ecosystem }));
  const conditions = settings.policy.rules.flatMap((rule) => rule.conditions ?? []);
  const options = readAdvisoryOptions(session, conditions);
  const base = await createUpdatingBase(options, context);
  return {
    state: () => baseFingerprint(advisoryFolder(session), needs),
    open: async () => {
      const reader = await base.open(needs, context);
      const missing = needs.find((need) => reader.coverage(need).length === 0);
      if (isIncompleteAllowed || missing === undefined) return reader;
      const { osv } = ECOSYSTEMS[missing.ecosystem];
      throw new AssayError('ADVISORY_DATA_MISSING', `no advisory data for ${osv} is loaded`, {
        hint: 'Load it: assay db update. Or serve fewer ecosystems: registry.ecosystems in assay.yaml. "assay registry --allow-incomplete" starts without it, and does not recognize malware then.',
      });
    },
    update: async () => {
      await base.prepare?.(needs, context);
    },
  };
}

const LISTEN = /^(?<host>\[[0-9a-f:.]+\]|[^:\s]+):(?<port>\d{1,5})$/iu;

function readListen(text: string): Pick<RegistrySettings, 'host' | 'port'> {
  const { host, port } = LISTEN.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    throw badValue(
      'listen',
      text,
      'Write it as HOST:PORT with a port up to 65535, as in 127.0.0.1:4873 or [::1]:4873.',
    );
  }
  return { host: host.replace(/^\[|\]$/gu, ''), port: Number(port) };
}

function readUrl(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && /^https?:$/u.test(url.protocol) && url.username === '';
  if (!isPlain || url.search !== '' || url.hash !== '') {
    throw badValue(
      flag,
      text.replace(/\/\/[^@/]*@/u, '//'),
      'Write it as https://npm.example.com/, without a login.',
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
