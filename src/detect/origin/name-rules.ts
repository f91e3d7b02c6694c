/** The rule about names that imitate others. */

import type { Rule } from '../rule.ts';

/** A name that is nearly a well-known one. */
export const IMITATED_NAME: Rule = {
  id: 'origin/imitated-name',
  category: 'origin',
  severity: 'high',
  title: 'name that imitates a well-known one',
  cwe: [829, 1357],
  aliases: [],
  why: 'The name differs from a well-known one by a slip of the hand or the eye. Attackers register such names and wait for somebody to mistype the well-known one.',
  remedy:
    'Check which package is meant, and correct the name. If this package is the right one, add an exception that names it.',
  failing: {
    path: '/package.json',
    text: '{\n  "dependencies": {\n    "lodahs": "^4.17.21"\n  }\n}\n',
  },
  passing: {
    path: '/package.json',
    text: '{\n  "dependencies": {\n    "lodash": "^4.17.21"\n  }\n}\n',
  },
};
