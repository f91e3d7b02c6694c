/** What surrounds the directory of an audit: where it is, the environment, and the trust file. */

import { resolve } from 'node:path';

import type { AuditQuestion } from '../../../audit/audit-request.ts';
import { readsImplicitFiles } from '../../../config/implicit-config.ts';
import { nearestTrustFile } from '../../../trust/nearest-trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import { badValue } from '../../../config/values.ts';
import { PERSONAS, type Persona } from '../../../detect/pipeline/settings.ts';
import type { FlagValues, Session } from '../command.ts';
import { readPathArgument } from '../scan/path-argument.ts';

/** Returns the part of the question that does not depend on the command. @throws AssayError `CONFIG_INVALID`, `USAGE` */
export async function surroundings(
  session: Session,
): Promise<
  Pick<
    AuditQuestion,
    'directory' | 'cwd' | 'env' | 'readsImplicitFiles' | 'trust' | 'trustFile' | 'persona'
  >
> {
  const { flags, io } = session;
  const persona = personaOf(flags);
  const directory = readPathArgument(session);
  const mayBeFound = readsImplicitFiles(flags) && nearestTrustFile(io.cwd) !== undefined;
  const found =
    flags.isOn('trust') || mayBeFound
      ? await openTrustFile(session, resolve(io.cwd, directory))
      : undefined;
  return {
    directory,
    cwd: io.cwd,
    env: io.env,
    readsImplicitFiles: readsImplicitFiles(flags),
    trust: found?.trust,
    ...(found && { trustFile: found }),
    ...(persona && { persona }),
  };
}

function personaOf(flags: FlagValues): Persona | undefined {
  const text = flags.text('persona');
  if (text === undefined) return undefined;
  const persona = PERSONAS.find((one) => one === text.toLowerCase());
  if (persona !== undefined) return persona;
  throw badValue('persona', text, `There are: ${PERSONAS.join(', ')}`);
}
