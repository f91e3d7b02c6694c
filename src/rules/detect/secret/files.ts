/**
 * Secrets in files of all kinds, piece by piece: texts in UTF-8 and UTF-16, and binary files. A
 * file is searched whatever its place and owner.
 */

import { createHash } from 'node:crypto';

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import {
  byteLength,
  isMatchOf,
  type PieceLength,
  type TextFile,
  type TextPiece,
} from '../../../core/model/layer/text-piece.ts';
import type { TextDetector, TextScan } from '../detector.ts';
import { secretDraftAt, secretDraftInBinary } from './secret-drafts.ts';
import type { SecretMatch } from './secret-format.ts';
import { SECRET_RULES } from './secret-rules.ts';
import { sharedSearcher, type SecretSearcher } from './secret-search.ts';
import { UserSettings } from './user-settings.ts';

/** Detector of secrets in files. */
export const secretFiles: TextDetector = {
  rules: [...SECRET_RULES.values()],
  begin: (file) => new SecretScan(file, { searcher: sharedSearcher() }),
};

/** Returns the detector with settings of the user. */
export function secretFilesWith(settings: SecretSettings): TextDetector {
  const user = new UserSettings(settings);
  return {
    rules: secretFiles.rules,
    begin: (file) => new SecretScan(file, { searcher: sharedSearcher(), user }),
  };
}

/** Options for searching files. */
export interface SecretScanOptions {
  readonly searcher: SecretSearcher;
  readonly user?: UserSettings;
  /**
   * Called with the digest of each finding's value, which distinguishes secrets and is not
   * reported.
   */
  readonly onFound?: (draft: RuleDraft, valueDigest: string) => void;
}

/** The search of one file. */
export class SecretScan implements TextScan {
  readonly #file: TextFile;
  readonly #options: SecretScanOptions;

  constructor(file: TextFile, options: SecretScanOptions) {
    this.#file = file;
    this.#options = options;
  }

  piece(piece: TextPiece): readonly RuleDraft[] {
    const { searcher, user, onFound } = this.#options;
    const { path, isBinary } = this.#file;
    const { bytes, length } = utf8Of(piece);
    const found = searcher.search(bytes, { path, isBinary });
    const wanted = user === undefined ? found : user.apply(found, bytes, path);
    const drafts: RuleDraft[] = [];
    for (const match of wanted) {
      if (!isMatchOf(length, match.end)) continue;
      const draft = isBinary
        ? secretDraftInBinary(match, path, piece.startOffset)
        : secretDraftAt(match, bytes, path, piece);
      if (user?.isIgnored(path, [draft.rule, match.kind.id, ...draft.aliases], draft.location.line))
        continue;
      drafts.push(draft);
      onFound?.(draft, digestOf(bytes, match));
    }
    return drafts;
  }
}

function digestOf(bytes: Buffer, { start, end }: SecretMatch): string {
  return createHash('sha256').update(bytes.subarray(start, end)).digest('hex');
}

/** Returns the bytes of a piece in UTF-8, which most are in already. */
function utf8Of(piece: TextPiece): { readonly bytes: Buffer; readonly length: PieceLength } {
  if (piece.encoding !== 'utf-16') return { bytes: piece.bytes, length: byteLength(piece) };
  const { text, freshFrom, isLast } = piece;
  const bytes = Buffer.from(text);
  const fresh = Buffer.byteLength(text.slice(0, freshFrom));
  return { bytes, length: { length: bytes.length, freshFrom: fresh, isLast } };
}
