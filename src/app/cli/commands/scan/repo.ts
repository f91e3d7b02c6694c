/** `assay repo`: scans a git repository. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Revision } from '../../../../scan/pipeline/index.ts';
import type { FlagValues, ScanCommand } from '../command.ts';
import { readPathArgument } from './path-argument.ts';
import { REVISION_FLAGS, SCAN_FLAGS } from './flags.ts';

const KINDS = ['branch', 'tag', 'commit'] as const;

export const repo: ScanCommand = {
  usage: 'URL|PATH',
  description:
    'Scans a git repository at a branch, tag or commit, as it was committed: nothing is checked out, and no hook or filter has any effect, and submodules are read where they are checked out. Without one of them a URL is read at its default branch, and a folder as it is. HOST/PATH is an address; write ./HOST/PATH for a folder. git does the fetching with the credentials that it has; it is not asked on the terminal.',
  scansNoImages: true,
  flags: [...REVISION_FLAGS, ...SCAN_FLAGS],
  examples: [
    { command: 'assay repo https://example.org/app.git', purpose: 'its default branch' },
    { command: 'assay repo git@example.org:app.git --tag v1.2', purpose: 'a release' },
    { command: 'assay repo . --commit HEAD', purpose: 'what is committed, not what is changed' },
  ],
  targets: (session) => {
    const revision = readRevision(session.flags);
    const target = { reference: readPathArgument(session), kind: 'repository' } as const;
    return [revision === undefined ? target : { ...target, revision }];
  },
};

/** @throws AssayError `USAGE` where several are given. */
function readRevision(flags: FlagValues): Revision | undefined {
  const given = KINDS.flatMap((kind) => {
    const name = flags.text(kind);
    return name === undefined ? [] : [{ kind, name }];
  });
  const [first, second] = given;
  if (first === undefined || second === undefined) return first;
  throw new AssayError('USAGE', `--${first.kind} and --${second.kind} exclude each other`, {
    hint: 'Leave one of them out.',
  });
}
