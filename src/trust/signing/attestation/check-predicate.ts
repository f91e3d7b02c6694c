/**
 * Checks a predicate before it is signed. Its bytes become a part of the statement, so they must be
 * exactly one JSON object that every reader reads alike: in UTF-8, without a byte order mark, and
 * with no key twice.
 */

import { isUtf8 } from 'node:buffer';

import { ParseError } from '../../../core/base/errors.ts';
import { readJsonDocument } from '../../../formats/text/json/json.ts';
import { predicateProblem } from './predicate-forms.ts';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Checks the bytes of a predicate. `shown` names their file.
 * @throws ParseError if they cannot be signed as they are
 */
export function checkPredicate(bytes: Uint8Array, predicateType: string, shown: string): void {
  if (!isUtf8(bytes)) throw new ParseError(shown, 'it is not UTF-8');
  if (BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte)) {
    throw new ParseError(shown, 'it begins with a byte order mark', {
      hint: 'Save it as UTF-8 without one: the document is signed byte for byte.',
    });
  }
  const { root, duplicateKeys } = readJsonDocument(shown, bytes);
  const [twice] = duplicateKeys;
  if (twice !== undefined) {
    throw new ParseError(shown, `the key "${twice.key}" is there twice (line ${twice.line})`, {
      hint: 'Programs read such a document differently. Write the key once.',
    });
  }
  const problem = predicateProblem(predicateType, root);
  if (problem === undefined) return;
  throw new ParseError(shown, `it is not a predicate of the type ${predicateType}: it ${problem}`, {
    hint: 'Give the document itself, without the statement around it, or name its type with --type.',
  });
}
