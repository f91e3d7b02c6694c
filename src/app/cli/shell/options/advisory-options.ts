/** From flags to how a run comes by its advisory data. */

import { resolve } from 'node:path';

import { redact } from '../../../../core/base/redact.ts';
import type { UpdatingBaseOptions } from '../../../../advisories/base/types.ts';
import type { FailCondition } from '../../../../scan/policy/options.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import type { FlagValues, Session } from '../../commands/command.ts';
import { badValue, readDuration } from '../../../config/values.ts';

const URL_START = /^https?:\/\//iu;

/**
 * Reads the source of a scan's advisory data; `failOn` names the deciding conditions.
 * @throws AssayError `USAGE` for a bad value
 */
export function readAdvisoryOptions(
  session: Session,
  failOn: readonly FailCondition[],
): UpdatingBaseOptions {
  const { flags, io } = session;
  const maxAge = flags.text('db-max-age');
  return {
    folder: advisoryFolder(session),
    ...readMirror(flags, io.cwd),
    // With a clock of its own a run is about data that is loaded, not about that of today.
    canUpdate: !flags.isOn('skip-db-update') && flags.text('as-of') === undefined,
    ...(maxAge === undefined ? {} : { maxAgeMs: readDuration('db-max-age', maxAge) }),
    ownPaths: flags.list('advisories').map((path) => resolve(io.cwd, path)),
    wantedFacts: factsOf(failOn),
  };
}

/**
 * Reads `--mirror`, `ASSAY_MIRROR` or `db.mirror` of a configuration file. @throws AssayError
 * `USAGE`
 */
export function readMirror(flags: FlagValues, cwd: string): { readonly mirror?: string | URL } {
  const mirror = flags.text('mirror');
  if (mirror === undefined) return {};
  const bad = (hint: string): Error => badValue('mirror', redact(mirror), hint);
  // A forgotten value or an empty variable must not cause requests to the publishers.
  if (mirror === '') throw bad('Leave the flag out to ask the publishers themselves.');
  if (!SCHEME.test(mirror)) return { mirror: resolve(cwd, mirror) };
  const isAddress = URL_START.test(mirror) && URL.canParse(mirror);
  if (!isAddress) throw bad('Write it as https://HOST/PATH, or as the path of a folder.');
  const url = new URL(mirror);
  if (!isDecodable(url)) throw bad('In a user or password, write % as %25, : as %3A and @ as %40.');
  return { mirror: url };
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//iu;

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function factsOf(failOn: readonly FailCondition[]): readonly string[] {
  const isAskedFor = (field: 'isExploited' | 'minEpss'): boolean =>
    failOn.some((condition) => condition[field] !== undefined);
  return [
    ...(isAskedFor('isExploited') ? ['kev'] : []),
    ...(isAskedFor('minEpss') ? ['epss'] : []),
  ];
}
