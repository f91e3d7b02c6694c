/**
 * Findings of other rules without the secrets that stand on their lines: a line that a rule about
 * Dockerfiles shows may have a token, too.
 */

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import { sharedSearcher } from './secret-search.ts';
import { UserSettings } from './user-settings.ts';

const MASK = '***';

/**
 * Returns a text with `***` in place of each secret that the table finds in it. The path decides
 * which assignments count.
 */
export function maskFound(text: string, path: string): string {
  const bytes = Buffer.from(text);
  const found = sharedSearcher().search(bytes, { path, isBinary: false });
  if (found.length === 0) return text;
  const shown: string[] = [];
  let from = 0;
  for (const { start, end, shownPrefix = '' } of found) {
    shown.push(bytes.toString('utf8', from, start), shownPrefix, MASK);
    from = end;
  }
  return shown.join('') + bytes.toString('utf8', from);
}

/**
 * Returns the bytes of a text with `***` in place of each secret that the table, or a rule of the
 * user, finds in them. A secret of several lines becomes as many, so that lines keep their numbers.
 * Without a secret the same bytes are returned.
 */
export function maskLines(
  bytes: Uint8Array,
  path: string,
  settings: SecretSettings | undefined,
): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ofTable = sharedSearcher().search(text, { path, isBinary: false });
  // What the user allows is masked too: a diff is no place to decide that.
  const ofUser =
    settings === undefined ? [] : new UserSettings(settings).apply(ofTable, text, path);
  const found = [...ofTable, ...ofUser].sort((a, b) => a.start - b.start);
  if (found.length === 0) return bytes;
  const shown: Uint8Array[] = [];
  let from = 0;
  for (const { start, end, shownPrefix = '' } of found) {
    if (end <= from) continue;
    const feeds = text.toString('latin1', Math.max(start, from), end).split('\n').length - 1;
    const mask = `${start < from ? '' : shownPrefix}${MASK}${`\n${MASK}`.repeat(feeds)}`;
    shown.push(text.subarray(from, Math.max(start, from)), Buffer.from(mask));
    from = end;
  }
  return Buffer.concat([...shown, text.subarray(from)]);
}

/**
 * Returns a finding without secrets in its texts. An edit that has one is left out: it could not be
 * made without it.
 */
export function maskedDraft(draft: RuleDraft): RuleDraft {
  const { path } = draft.location;
  const mask = (text: string): string => maskFound(text, path);
  const { fix, excerpt, instruction, steps, comments, ...rest } = draft;
  const hasSecret = fix?.edits.some(({ replacement }) => mask(replacement) !== replacement);
  return {
    ...rest,
    message: mask(draft.message),
    ...(excerpt !== undefined && { excerpt: mask(excerpt) }),
    ...(instruction !== undefined && { instruction: mask(instruction) }),
    ...(steps && { steps: steps.map((step) => ({ ...step, message: mask(step.message) })) }),
    ...(comments && {
      comments: comments.map((one) =>
        one.reason === undefined ? one : { ...one, reason: mask(one.reason) },
      ),
    }),
    ...(fix && hasSecret !== true && { fix: { ...fix, description: mask(fix.description) } }),
  };
}
