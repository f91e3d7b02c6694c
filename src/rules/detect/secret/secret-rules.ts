/**
 * The kinds of secrets as rules. Their examples are made when tests run: no secret stands in this
 * repository.
 */

import type { Rule } from '../rule.ts';
import { SECRET_FORMATS } from './formats/list.ts';
import type { SecretKind } from './secret-format.ts';
import { SPECIAL_KINDS } from './special-kinds.ts';

/** CWE-321, "Use of Hard-coded Cryptographic Key", and CWE-798, "Use of Hard-coded Credentials". */
const [HARD_CODED_KEY, HARD_CODED_CREDENTIALS] = [321, 798];

/** All kinds of secrets, the formats of publishers first. */
export const SECRET_KINDS: readonly SecretKind[] = [...SECRET_FORMATS, ...SPECIAL_KINDS];

const NO_EXAMPLE = { text: '' };

/** Returns the rule that reports a kind of secrets. */
export function secretRule({ id, title, severity, opens, aliases = [] }: SecretKind): Rule {
  return {
    id: `secret/${id}`,
    category: 'secret',
    severity,
    title,
    cwe: [/private-key|secret-key$/u.test(id) ? HARD_CODED_KEY : HARD_CODED_CREDENTIALS],
    // Files of exceptions of other tools name rules without a group.
    aliases: [...new Set([...aliases, id])],
    why: `It opens ${opens}. Everyone who can read the file, the image or the repository can use it.`,
    ...{ failing: NO_EXAMPLE, passing: NO_EXAMPLE },
    remedy:
      'Revoke the secret where it was issued, and issue a new one that is read at run time from a store of secrets. Removing it is not enough: older layers, commits and copies still contain it.',
  };
}

/** The rules of all kinds, by the ids of the kinds. */
export const SECRET_RULES: ReadonlyMap<string, Rule> = new Map(
  SECRET_KINDS.map((kind) => [kind.id, secretRule(kind)]),
);
