/** What surrounds the directory of an audit: where it is, the environment, and the trust file. */

import { resolve } from 'node:path';

import type { AuditQuestion } from '../../../../tasks/audit/audit-request.ts';
import { readsImplicitFiles } from '../../../config/implicit-config.ts';
import { nearestTrustFile } from '../../../../trust/trust-file/nearest-trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import type { ActionHost } from '../../../../tasks/audit/references/ask-repositories.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { readActionsUrl } from '../../shell/options/actions-url.ts';
import { ONLINE_FLAG } from './flags.ts';
import { badValue } from '../../../config/values.ts';
import { PERSONAS, type Persona } from '../../../../rules/detect/persona.ts';
import type { FlagValues, Session } from '../command.ts';
import { readPathArgument } from '../scan/path-argument.ts';

/**
 * Returns the part of the question that does not depend on the command. @throws AssayError
 * `CONFIG_INVALID`, `USAGE`
 */
export async function surroundings(
  session: Session,
): Promise<
  Pick<
    AuditQuestion,
    | 'directory'
    | 'cwd'
    | 'env'
    | 'readsImplicitFiles'
    | 'trust'
    | 'trustFile'
    | 'persona'
    | 'actionHost'
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
    ...(flags.isOn(ONLINE_FLAG.name) && { actionHost: actionHost(session) }),
  };
}

/** @throws AssayError `USAGE` without a network */
function actionHost(session: Session): ActionHost {
  const { context, io } = session;
  const actionsUrl = readActionsUrl(session);
  if (context.fetch === undefined && !actionsUrl.startsWith('file:')) {
    throw new AssayError(
      'USAGE',
      '--online asks repositories over the network, and --offline forbids it',
      {
        hint: 'Leave out one of the two. Without --online, the ledger assay.lock answers what it knows.',
      },
    );
  }
  return { actionsUrl, env: io.env };
}

function personaOf(flags: FlagValues): Persona | undefined {
  const text = flags.text('persona');
  if (text === undefined) return undefined;
  const persona = PERSONAS.find((one) => one === text.toLowerCase());
  if (persona !== undefined) return persona;
  throw badValue('persona', text, `There are: ${PERSONAS.join(', ')}`);
}
