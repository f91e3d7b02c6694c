/** `assay db update`: loads advisory data from a mirror. */

import { resolve } from 'node:path';

import { advisoryFolder } from '../advisory-folder.ts';
import { readAnswerFormat, writeChange } from '../advisory-output.ts';
import type { CommandModule } from '../command.ts';
import { FORMAT_FLAG, MIRROR_FLAG } from '../flags.ts';
import { badValue } from '../values.ts';

const URL_START = /^https?:\/\//iu;

export const dbUpdate: CommandModule = {
  usage: '--mirror URL|DIR',
  description:
    "Loads advisory data and swaps it in at once; on any error the old data stays. A mirror holds the publishers' own files.",
  flags: [MIRROR_FLAG, FORMAT_FLAG],
  examples: [
    { command: 'assay db update --mirror /srv/advisories', purpose: 'from a folder' },
    {
      command: 'assay db update --mirror https://mirror.example/feeds',
      purpose: 'over the network',
    },
  ],
  run: async (session) => {
    const format = readAnswerFormat(session);
    const mirror = session.flags.text('mirror');
    const change = await session.services.updateBase(
      { folder: advisoryFolder(session), ...readMirror(mirror, session.io.cwd) },
      session.context,
    );
    return writeChange(session, format, change);
  },
};

function readMirror(mirror: string | undefined, cwd: string): { mirror?: string | URL } {
  if (mirror === undefined) return {};
  return { mirror: URL_START.test(mirror) ? readUrl(mirror) : resolve(cwd, mirror) };
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw badValue('mirror', text, 'Write it as https://HOST/PATH.');
  return new URL(text);
}
