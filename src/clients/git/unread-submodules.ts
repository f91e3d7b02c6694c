/** The gap for submodules whose files are not there. */

import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { redactGitUrl } from './git-url.ts';

/** A submodule that was not read. */
export interface UnreadSubmodule {
  /** Absolute within the target. */
  readonly path: string;
  /** The address as `.gitmodules` writes it. */
  readonly url?: string;
  /** Reason for unread files, if they are not only missing. */
  readonly reason?: string;
}

/** Submodules that the message names; a repository has a handful. */
const MAX_NAMED = 10;

/** Returns one gap for all of them; addresses are shown without secrets. */
export function submoduleGap(unread: readonly UnreadSubmodule[]): readonly Diagnostic[] {
  const [first] = unread;
  if (first === undefined) return [];
  const named = unread.slice(0, MAX_NAMED).map(shown).join(', ');
  const more = unread.length > MAX_NAMED ? ` and ${unread.length - MAX_NAMED} more` : '';
  return [
    {
      stage: 'source',
      message: `submodules are not checked out, and their dependencies are not known: ${named}${more}; "git submodule update --init --recursive" in a clone gets them, and "assay repo DIR" reads them there`,
      location: { path: first.path, layer: 0 },
      gap: 'unread',
    },
  ];
}

function shown({ path, url, reason }: UnreadSubmodule): string {
  const address = url === undefined ? 'no address in .gitmodules' : redactGitUrl(url);
  return `${path.slice(1)} (${address}${reason === undefined ? '' : `; ${reason}`})`;
}
