/** Searches files of the corpus as a scan does: in pieces, as text, UTF-16 or binary. */

import { TextBody } from '../../../src/scan/collect/text-body.ts';
import { secretFiles } from '../../../src/rules/detect/secret/files.ts';
import type { RuleDraft } from '../../../src/core/model/rule/rule-finding.ts';

/** Returns the findings in a file. */
export function foundSecrets(path: string, bytes: Uint8Array): readonly RuleDraft[] {
  const drafts: RuleDraft[] = [];
  const body = new TextBody({ path: `/${path}`, sizeBytes: bytes.length }, (file) => {
    const scan = secretFiles.begin(file);
    return scan && { piece: (piece) => void drafts.push(...scan.piece(piece)) };
  });
  body.write(bytes);
  body.end();
  return drafts;
}
