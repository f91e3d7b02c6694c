/**
 * Searches single bodies for secrets as a scan searches files: of a history, of an index, of
 * standard input.
 */

import { TextBody } from '../../collect/text-body.ts';
import { withIgnoreComments } from '../../../rules/detect/comments-at-findings.ts';
import { SecretScan } from '../../../rules/detect/secret/files.ts';
import { sharedSearcher } from '../../../rules/detect/secret/secret-search.ts';
import { UserSettings } from '../../../rules/detect/secret/user-settings.ts';
import type { BodySink } from '../../../core/model/artifact/artifact.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import { fixtureSeverity } from './fixture-severity.ts';

/**
 * A finding, and a digest that distinguishes its secret from others. The digest must not be
 * reported: it can be guessed.
 */
export interface FoundSecret {
  readonly draft: RuleDraft;
  readonly valueDigest: string;
}

/** Searches bodies with the settings of the user. */
export class SecretBodies {
  readonly #user: UserSettings | undefined;

  constructor(settings: SecretSettings | undefined) {
    this.#user = settings && new UserSettings(settings);
  }

  /** Returns a sink of a body of a source tree. `path` is absolute in the tree. */
  sink(
    file: { readonly path: string; readonly sizeBytes: number },
    take: (found: FoundSecret) => void,
  ): BodySink {
    const searcher = sharedSearcher();
    return new TextBody(file, (opened) => {
      const digests = new Map<RuleDraft, string>();
      const onFound = (draft: RuleDraft, digest: string): void => void digests.set(draft, digest);
      const scan = new SecretScan(opened, {
        searcher,
        onFound,
        ...(this.#user && { user: this.#user }),
      });
      return {
        piece: (piece) => {
          const drafts = scan.piece(piece);
          if (drafts.length === 0) return;
          const place = { path: file.path, text: piece.text, startLine: piece.startLine };
          const commented = opened.isBinary ? drafts : withIgnoreComments(drafts, place);
          for (const [index, draft] of commented.entries()) {
            const valueDigest = digests.get(drafts[index] ?? draft) ?? '';
            take({ draft: fixtureSeverity(draft, 'repository'), valueDigest });
          }
          digests.clear();
        },
      };
    });
  }
}
