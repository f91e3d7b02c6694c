/**
 * `assay doctor`: what is in effect and where it came from, and whether what is needed is there.
 */

import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';

import { compareText } from '../../../../core/base/compare.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { redact } from '../../../../core/base/redact.ts';
import { toolVersion } from '../../../../core/base/build-info.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { readBaseStatus } from '../../../../advisories/base/index.ts';
import { writeResult } from '../../print/result-output.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import type { CommandModule, Session } from '../command.ts';
import { readScanOptions } from '../../shell/options/scan-options.ts';
import { dataAge } from './data-age.ts';
import { SCAN_FLAGS } from '../scan/flags.ts';
import { trustCheck } from './trust-check.ts';
import { TRUST_FLAG } from '../../shell/options/trust-options.ts';

/** Something that was looked at, and how it is. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'note' | 'bad';
  readonly message: string;
}

interface ShownSetting {
  readonly flag: string;
  /** Masked where it is a secret; empty where it is switched off. */
  readonly values: readonly string[];
  readonly from: string;
  readonly where: string;
}

export const doctor: CommandModule = {
  usage: '',
  description:
    'Prints the settings that are in effect and where each came from, the policies of the configuration file, and whether the cache folder, the advisory data, the trust file and the tools that Assay uses are there. It takes the flags of a scan, to show what would be in effect with them and changes nothing. Ends with 2 where a setting cannot be used.',
  flags: [...SCAN_FLAGS, TRUST_FLAG],
  examples: [
    { command: 'assay doctor', purpose: 'what is in effect here, and why' },
    { command: 'assay doctor --policy prod', purpose: 'with a policy' },
    { command: 'assay doctor -f json', purpose: 'for programs' },
  ],
  run: async (session) => {
    const { settings, flags, config, policy } = session;
    const checks = [
      {
        name: 'assay',
        status: 'ok' as const,
        message: `${toolVersion()}, Node.js ${process.version}`,
      },
      await configCheck(session),
      await cacheCheck(session),
      await dataCheck(session),
      ...(await trustCheck(session)),
      ...(await toolChecks(session)),
    ];
    const shown = [...settings]
      .map(([flag, { values, from, where }]): ShownSetting => ({
        flag,
        values: isSecret(flag) && values.length > 0 ? ['***'] : values.map(redact),
        from,
        where,
      }))
      .sort((a, b) => compareText(a.flag, b.flag));
    const policies = [...(config?.policies.values() ?? [])].map(({ name, description }) => ({
      name,
      description,
      isAsked: name === policy?.name,
    }));
    // A format of reports is a setting that is shown, and not that of this answer.
    const isJson = flags.text('format') === 'json' && flags.from('format') === 'flag';
    await writeResult(session, isJson ? 'json' : 'table', {
      data: { schemaVersion: 1, checks, config: config?.path ?? null, settings: shown, policies },
      text: textOf(checks, shown, policies),
    });
    return checks.some(({ status }) => status === 'bad') ? EXIT_CODES.usage : EXIT_CODES.pass;
  },
};

function isSecret(flag: string): boolean {
  return SCAN_FLAGS.some(({ name, value }) => name === flag && value === 'SECRET');
}

function textOf(
  checks: readonly Check[],
  settings: readonly ShownSetting[],
  policies: readonly {
    readonly name: string;
    readonly description: string;
    readonly isAsked: boolean;
  }[],
): string {
  const parts = [formatColumns(checks.map(({ name, status, message }) => [status, name, message]))];
  parts.push(
    settings.length === 0
      ? 'All settings have their defaults.\n'
      : formatColumns([
          ['setting', 'value', 'from'],
          ...settings.map(({ flag, values, where }) => [flag, valueText(values), where]),
        ]) + 'All others have their defaults.\n',
  );
  if (policies.length > 0) {
    parts.push(
      formatColumns([
        ['policy', '', ''],
        ...policies.map(({ name, description, isAsked }) => [
          name,
          isAsked ? 'asked' : '',
          description,
        ]),
      ]),
    );
  }
  return parts.join('\n');
}

function valueText(values: readonly string[]): string {
  return values.length === 0 ? 'off' : values.join(', ').slice(0, 200);
}

/** Checks whether a scan would accept these settings. */
async function configCheck(session: Session): Promise<Check> {
  const name = 'settings';
  // Reading a password from standard input would wait for one.
  if (session.flags.isOn('password-stdin')) return { name, status: 'note', message: 'not checked' };
  try {
    await readScanOptions(session, [{ reference: 'none', kind: 'image' }]);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { name, status: 'bad', message: redact(error.message) };
  }
  const message = session.config === undefined ? 'no configuration file' : session.config.path;
  return { name, status: 'ok', message };
}

/** Checks the cache directory itself, or the nearest one above it, in which it would be made. */
async function cacheCheck({ cacheDir }: Session): Promise<Check> {
  const name = 'cache folder';
  for (let folder = cacheDir; ; folder = path.dirname(folder)) {
    const facts = await stat(folder).catch(() => undefined);
    if (facts === undefined && folder !== path.dirname(folder)) continue;
    if (facts?.isDirectory() !== true) {
      return { name, status: 'bad', message: `${cacheDir}: "${folder}" is not a folder` };
    }
    try {
      await access(folder, constants.W_OK);
    } catch (error) {
      return { name, status: 'bad', message: `${cacheDir}: ${errorMessage(error)}` };
    }
    return {
      name,
      status: 'ok',
      message: folder === cacheDir ? cacheDir : `${cacheDir}, not made yet`,
    };
  }
}

async function dataCheck(session: Session): Promise<Check> {
  const name = 'advisory data';
  try {
    const { sets } = await readBaseStatus(advisoryFolder(session), session.context);
    if (sets.length === 0) {
      return { name, status: 'note', message: 'none is loaded; "assay db update" gets it' };
    }
    return { name, ...dataAge(sets, session.context.now()) };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { name, status: 'bad', message: redact(error.message) };
  }
}

const PROGRAMS = [['git', 'for assay repo']] as const;

async function toolChecks({ io }: Session): Promise<readonly Check[]> {
  const { DOCKER_HOST, CONTAINER_HOST, XDG_RUNTIME_DIR, PATH = '' } = io.env;
  const runtime = XDG_RUNTIME_DIR === undefined ? [] : [XDG_RUNTIME_DIR];
  const daemons = [
    [
      'docker',
      DOCKER_HOST,
      ['/var/run/docker.sock', ...runtime.map((one) => `${one}/docker.sock`)],
    ],
    ['containerd', undefined, ['/run/containerd/containerd.sock']],
    [
      'podman',
      CONTAINER_HOST,
      [...runtime.map((one) => `${one}/podman/podman.sock`), '/run/podman/podman.sock'],
    ],
  ] as const;
  const programs = PROGRAMS.map(async ([name, purpose]): Promise<Check> => {
    const places = PATH.split(path.delimiter)
      .filter(Boolean)
      .map((folder) => path.join(folder, name));
    const found = await firstThat(places, (place) => access(place, constants.X_OK));
    return found === undefined
      ? { name, status: 'note', message: `not found; ${purpose}` }
      : { name, status: 'ok', message: found };
  });
  const sockets = daemons.map(async ([name, named, places]): Promise<Check> => {
    if (named !== undefined && named !== '') return { name, status: 'ok', message: redact(named) };
    const found = await firstThat(places, async (place) => {
      if (!(await stat(place)).isSocket()) throw new Error('no socket');
    });
    return found === undefined
      ? { name, status: 'note', message: 'no socket; images come from elsewhere' }
      : { name, status: 'ok', message: found };
  });
  return Promise.all([...programs, ...sockets]);
}

async function firstThat(
  places: readonly string[],
  check: (place: string) => Promise<void>,
): Promise<string | undefined> {
  for (const place of places) {
    const isThere = await check(place).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}
