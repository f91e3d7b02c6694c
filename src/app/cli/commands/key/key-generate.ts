/** `assay key generate`: makes a key pair. */

import { badValue } from '../../../config/values.ts';
import {
  generateKey,
  NEW_KEY_KINDS,
  type NewKeyKind,
} from '../../../../trust/signing/generate-key.ts';
import { KEY_PASSWORD_FLAGS, newKeyPassword } from '../../shell/options/key-password.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat } from '../../print/result-output.ts';
import type { CommandModule, FlagValues } from '../command.ts';
import { keyPairNames, oneArgument, writePair } from './key-pair.ts';

const DEFAULT_NAME = 'assay';
const DEFAULT_KIND: NewKeyKind = 'p256';

export const keyGenerate: CommandModule = {
  usage: '[NAME]',
  description:
    'Generates a key pair: NAME.key, encrypted in the format of cosign and readable only by its owner, and NAME.pub. NAME is "assay" by default. Existing files are not overwritten. The password comes from ASSAY_KEY_PASSWORD, COSIGN_PASSWORD, a file, standard input or the terminal, never from an argument.',
  flags: [
    {
      name: 'kind',
      value: 'KIND',
      group: 'Trust',
      help: `make this kind of key: ${NEW_KEY_KINDS.join(', ')} (default: ${DEFAULT_KIND})`,
    },
    ...KEY_PASSWORD_FLAGS,
    FORMAT_FLAG,
  ],
  examples: [
    { command: 'assay key generate team', purpose: 'team.key and team.pub; asks for a password' },
    {
      command: 'assay key generate team --kind ed25519 --key-password-file password.txt',
      purpose: 'an Ed25519 key, without a prompt',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const names = keyPairNames(oneArgument(session, DEFAULT_NAME), session);
    const kind = readKind(session.flags);
    const password = await newKeyPassword(session, names.privateKey.name);
    return writePair(session, { key: await generateKey(kind), names, password, format });
  },
};

function readKind(flags: FlagValues): NewKeyKind {
  const text = flags.text('kind') ?? DEFAULT_KIND;
  const kind = NEW_KEY_KINDS.find((one) => one === text.toLowerCase());
  if (kind !== undefined) return kind;
  throw badValue('kind', text, `One of: ${NEW_KEY_KINDS.join(', ')}.`);
}
