/** `assay ledger verify`: compares the ledger with the current targets of its references. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Flag } from '../../../config/flag.ts';
import { verifyLedger } from '../../../../tasks/pin/verify-ledger/run.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { ACTIONS_URL_FLAG, readActionsUrl } from '../../shell/options/actions-url.ts';
import { REGISTRY_FLAGS } from '../../shell/options/registry-flags.ts';
import { readRegistryOptions } from '../../shell/options/registry-options.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { LEDGER_NAME } from '../../../../tasks/pin/ledger-sightings.ts';
import type { CommandModule, Session } from '../command.ts';
import { ledgerExitCode, ledgerText } from './ledger-text.ts';

const FLAGS: readonly Flag[] = [
  {
    name: 'ledger',
    value: 'FILE',
    group: 'Target',
    help: 'use this ledger (default: assay.lock)',
  },
  {
    name: 'accept',
    value: 'REF',
    group: 'Target',
    help: 'accept the new digest of this reference, with --reason; * matches any characters',
  },
  { name: 'reason', value: 'TEXT', group: 'Target', help: 'give the reason for --accept' },
  ACTIONS_URL_FLAG,
  ...REGISTRY_FLAGS,
  FORMAT_FLAG,
];

export const ledgerVerify: CommandModule = {
  usage: '[PATH]',
  description:
    'Compares a ledger with the present state of its references: tags of images, actions and git repositories are resolved again, packages are compared with the lockfiles of PATH (default: the working directory) and with the npm registry of this machine. Versions of packages, and tags that are full versions, must not move: if one has moved, the run ends with exit code 7. Tags that may move are listed. A digest in a pinned file that no longer exists is reported. With --offline only lockfiles are compared. See docs/ledger.md.',
  flags: FLAGS,
  examples: [
    {
      command: 'assay ledger verify',
      purpose: 'find references that moved although they must not',
    },
    { command: 'assay ledger verify --offline', purpose: 'compare lockfiles with the ledger' },
    {
      command: "assay ledger verify --accept 'acme/build@v1.2.0' --reason 'release was rebuilt'",
      purpose: 'accept one move',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { args, flags, io, context } = session;
    const [target = '.', ...more] = args;
    if (more.length > 0) {
      throw new AssayError('USAGE', `one path is compared, and ${args.length} are given`, {
        hint: 'Name the directory that contains them.',
      });
    }
    const accept = readAccept(session);
    const outcome = await verifyLedger(
      {
        ledger: flags.text('ledger') ?? LEDGER_NAME,
        target,
        resolverOptions: {
          registry: await readRegistryOptions(session),
          isBranchOnly: false,
          actionsUrl: readActionsUrl(session),
          env: io.env,
          cwd: io.cwd,
        },
        ...(accept !== undefined && { accept }),
      },
      context,
    );
    const exitCode = ledgerExitCode(outcome);
    const data = { schemaVersion: 1, ...outcome, exitCode };
    await writeResult(session, format, { data, text: ledgerText(outcome, exitCode) });
    return exitCode;
  },
};

function readAccept({
  flags,
}: Session): { readonly pattern: string; readonly reason: string } | undefined {
  const pattern = flags.text('accept');
  const reason = flags.text('reason')?.trim();
  if (pattern === undefined && reason === undefined) return undefined;
  const isText = reason !== undefined && /[\p{L}\p{N}]/u.test(reason);
  if (pattern !== undefined && isText) return { pattern, reason };
  const [given, missing] = pattern === undefined ? ['reason', 'accept'] : ['accept', 'reason'];
  throw new AssayError('USAGE', `--${given} needs --${missing}`, {
    hint: 'Write both: --accept REF --reason TEXT.',
  });
}
