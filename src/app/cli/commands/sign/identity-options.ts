/**
 * The identity of the command line, with the flags of cosign.
 *
 * cosign looks for its regular expressions anywhere in a text. Here they must match the whole text:
 * an expression without a beginning would also match an identity that an attacker chooses.
 */

import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { badValue } from '../../../config/values.ts';
import {
  exactTest,
  type TextTest,
  type VerifyingIdentity,
} from '../../../../trust/signing/keyless/verifying-identity.ts';
import type { Session } from '../command.ts';

const IDENTITY = 'certificate-identity';
const ISSUER = 'certificate-oidc-issuer';
/** Expressions of people are shorter; the time to compile one grows with its length. */
const MAX_EXPRESSION = 2048;

/**
 * Reads the identity; `undefined` if no flag names one. @throws AssayError `USAGE` if a part of it
 * is missing
 */
export async function readIdentity(session: Session): Promise<VerifyingIdentity | undefined> {
  const identity = await readTest(session, IDENTITY);
  const issuer = await readTest(session, ISSUER);
  if (identity === undefined && issuer === undefined) return undefined;
  if (identity === undefined || issuer === undefined) {
    const [given, missing] = identity === undefined ? [ISSUER, IDENTITY] : [IDENTITY, ISSUER];
    throw new AssayError('USAGE', `--${given} needs --${missing}`, {
      hint: `Name both: any issuer can confirm any name. Write --${missing}, or --${missing}-regexp.`,
    });
  }
  return { name: identity.text, identity, issuer, claims: new Map() };
}

async function readTest(
  { flags }: Session,
  name: string,
): Promise<(TextTest & { readonly text: string }) | undefined> {
  const exact = flags.text(name);
  const expression = flags.text(`${name}-regexp`);
  if (exact !== undefined && expression !== undefined) {
    throw new AssayError('USAGE', `--${name} and --${name}-regexp are given together`, {
      hint: 'Keep one of the two.',
    });
  }
  if (exact === '' || expression === '') {
    const flag = exact === '' ? name : `${name}-regexp`;
    throw badValue(flag, '', 'Perhaps a variable of the shell is not set.');
  }
  if (exact !== undefined) return { text: exact, ...exactTest(exact) };
  if (expression === undefined) return undefined;
  return { text: expression, ...(await expressionTest(`${name}-regexp`, expression)) };
}

/** Matching takes time in proportion to the text, whatever the expression is. */
async function expressionTest(flag: string, expression: string): Promise<TextTest> {
  if (expression.length > MAX_EXPRESSION) {
    throw badValue(flag, expression, `Write at most ${MAX_EXPRESSION} characters.`);
  }
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(expression);
    return { meets: (text) => compiled.matches(text) };
  } catch (error) {
    throw badValue(
      flag,
      expression,
      `It is not a regular expression of RE2: ${errorMessage(error)}.`,
    );
  }
}
