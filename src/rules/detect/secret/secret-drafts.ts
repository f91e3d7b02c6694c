/**
 * Makes findings of secrets. Nothing of a secret but the public beginning of its format gets into
 * one.
 */

import { maskSecrets } from '../../../core/base/mask-secrets.ts';
import type { Location } from '../../../core/model/artifact/artifact.ts';
import type { RuleDraft, TextRange } from '../../../core/model/rule/rule-finding.ts';
import type { TextPiece } from '../../../core/model/layer/text-piece.ts';
import { draftOf } from '../rule-draft.ts';
import type { SecretMatch } from './secret-format.ts';
import { SECRET_RULES, secretRule } from './secret-rules.ts';

/** The place of a secret that is in no text. */
interface SecretPlace {
  readonly location: Location;
  readonly range?: TextRange;
  readonly excerpt?: string;
  readonly instruction?: string;
  /** The place, as the beginning of a sentence. */
  readonly where: string;
}

/** Returns the finding of a secret. */
export function secretDraft(match: SecretMatch, { where, ...place }: SecretPlace): RuleDraft {
  const { kind, names, severity, encoding } = match;
  const rule = SECRET_RULES.get(kind.id) ?? secretRule(kind);
  const encoded = encoding === undefined ? '' : `, in ${encoding}`;
  const message = `${where} contains a secret${encoded}: ${kind.title}. It opens ${kind.opens}.`;
  const draft = draftOf(rule, { ...place, message, names });
  return severity === undefined ? draft : { ...draft, severity };
}

/** Returns the finding of a secret in a piece of a file. `bytes` are what was searched. */
export function secretDraftAt(
  match: SecretMatch,
  bytes: Buffer,
  path: string,
  piece: Pick<TextPiece, 'startLine' | 'startColumn' | 'startOffset'>,
): RuleDraft {
  const start = positionOf(bytes, match.start, piece);
  const end = positionOf(bytes, match.end, piece);
  return secretDraft(match, {
    where: 'The file',
    location: { path, layer: 0, line: start.line },
    range: {
      ...{ startLine: start.line, startColumn: start.column },
      ...{ endLine: end.line, endColumn: end.column },
    },
    excerpt: maskedExcerpt(bytes, match),
  });
}

/** Returns the finding of a secret in a binary file. */
export function secretDraftInBinary(
  match: SecretMatch,
  path: string,
  startOffset: number,
): RuleDraft {
  const where = `The binary file, at byte ${startOffset + match.start},`;
  return secretDraft(match, { where, location: { path, layer: 0 } });
}

const LINE_FEED = 0x0a;

function positionOf(
  bytes: Buffer,
  offset: number,
  piece: Pick<TextPiece, 'startLine' | 'startColumn'>,
): { readonly line: number; readonly column: number } {
  let line = piece.startLine;
  let lineStart = 0;
  for (
    let at = bytes.indexOf(LINE_FEED);
    at >= 0 && at < offset;
    at = bytes.indexOf(LINE_FEED, at + 1)
  ) {
    line += 1;
    lineStart = at + 1;
  }
  const before = bytes.toString('utf8', lineStart, offset).length;
  return { line, column: before + (lineStart === 0 ? piece.startColumn : 1) };
}

const MAX_HEAD = 120;
/**
 * A name and its separator. What stands further in front, or without a separator, may be another
 * secret.
 */
const HEAD =
  /[\w.-]{1,60}(?:\\?["'`\])]){0,3}\s{0,8}(?:(?:=>|:=|[:=])\s{0,8}(?:\\?["'`(]){0,3}|\((?:\\?["'`]){0,3})$/u;

/** Returns the name in front of a secret, the public beginning of the secret, and `***`. */
export function maskedExcerpt(bytes: Buffer, { start, shownPrefix = '' }: SecretMatch): string {
  const lineStart = start === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, start - 1) + 1;
  const before = bytes.toString('utf8', Math.max(lineStart, start - MAX_HEAD), start);
  const head = /[=:"'`(]\s*$/u.test(before) ? (HEAD.exec(before)?.[0] ?? '') : '';
  return `${maskSecrets(head.replace(/\s+/gu, ' '))}${shownPrefix}***`;
}
