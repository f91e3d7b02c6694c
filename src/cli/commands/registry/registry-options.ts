/** From flags and the section `registry:` to the settings of a package registry. */

import { join, resolve } from 'node:path';

import { createUpdatingBase } from '../../../advisory-db/updating-base.ts';
import { baseFingerprint } from '../../../advisory/base-fingerprint.ts';
import { advisoryFolder } from '../../../base/cache-directory.ts';
import { AssayError } from '../../../base/errors.ts';
import type { RegistrySection } from '../../../config/registry-section.ts';
import { badValue } from '../../../config/values.ts';
import { DEFAULT_PACKAGE_POLICY } from '../../../policy/package-policy.ts';
import type { AdvisorySource } from '../../../proxy/advisory-watch.ts';
import { DEFAULT_REGISTRY_SETTINGS, type RegistrySettings } from '../../../proxy/settings.ts';
import { readAdvisoryOptions } from '../../shell/options/advisory-options.ts';
import type { Session } from '../command.ts';

/** What versions of npm packages are matched with. */
const NEEDS = [{ ecosystem: 'npm' }] as const;

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
    folder: data === undefined ? join(cacheDir, 'registry') : resolve(io.cwd, data),
    uplinks: uplinks.map((text) => readUrl('uplink', text)),
    isDryRun: flags.isOn('dry-run') || section.isDryRun === true,
    policy: section.policy ?? DEFAULT_PACKAGE_POLICY,
  };
}

/** What only the section sets. */
function settingsOf(section: RegistrySection): Partial<RegistrySettings> {
  const { freshMs, maxStoredBytes, tokens, privateNames } = section;
  return {
    ...(freshMs !== undefined && { freshMs }),
    ...(maxStoredBytes !== undefined && { maxStoredBytes }),
    ...(tokens !== undefined && { tokens }),
    ...(privateNames !== undefined && { privateNames }),
  };
}

/**
 * Opens the source of the advisories that versions are judged by. `isIncompleteAllowed`: a base without data for npm is
 * accepted.
 *
 * @throws AssayError as the base does
 */
export async function openAdvisorySource(
  session: Session,
  { policy }: Pick<RegistrySettings, 'policy'>,
  isIncompleteAllowed: boolean,
): Promise<AdvisorySource & { readonly update: () => Promise<void> }> {
  const { context } = session;
  const conditions = policy.rules.flatMap((rule) => rule.conditions ?? []);
  const options = readAdvisoryOptions(session, conditions);
  const base = await createUpdatingBase(options, context);
  return {
    state: () => baseFingerprint(advisoryFolder(session), NEEDS),
    open: async () => {
      const reader = await base.open(NEEDS, context);
      if (isIncompleteAllowed || reader.coverage(NEEDS[0]).length > 0) return reader;
      throw new AssayError('ADVISORY_DATA_MISSING', 'no advisory data for npm is loaded', {
        hint: 'Load some: assay db update. With --allow-incomplete the registry starts without, and cannot recognize malware.',
      });
    },
    update: async () => {
      await base.prepare?.(NEEDS, context);
    },
  };
}

const LISTEN = /^(?<host>\[[0-9a-f:.]+\]|[^:\s]+):(?<port>\d{1,5})$/iu;

function readListen(text: string): Pick<RegistrySettings, 'host' | 'port'> {
  const { host, port } = LISTEN.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    throw badValue('listen', text, 'Write it as 127.0.0.1:4873 or [::1]:4873.');
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
