/** The rules about names that imitate others, or that others have too. */

import type { Rule } from '../rule.ts';

/** A name that is nearly a well-known one. */
export const IMITATED_NAME: Rule = {
  id: 'origin/imitated-name',
  category: 'origin',
  severity: 'high',
  title: 'name that imitates a well-known one',
  cwe: [829, 1357],
  aliases: [],
  why: 'The name differs from a well-known one by one typing or reading mistake. Attackers register such names and wait until a user mistypes the well-known one.',
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

const LOCK = `{
  "lockfileVersion": 3,
  "packages": {
    "node_modules/acme-tools": {
      "version": "1.0.0",
      "resolved": "https://npm.acme.example/acme-tools/-/acme-tools-1.0.0.tgz",
      "integrity": "sha512-AAAA"
    }
  }
}
`;
const KEY = 'npm acme-tools 1.0.0';

/** A private name that the registry of the user has with another content. */
export const PUBLIC_TWIN: Rule = {
  id: 'origin/public-twin',
  category: 'origin',
  severity: 'high',
  title: 'private package whose name another registry has, too',
  cwe: [427, 829],
  aliases: [],
  why: 'The lockfile takes the package from one registry, and the registry that the user has configured has another package of the same name. A computer or a job without the configuration of this tree installs that one.',
  remedy:
    'Give the package a scope of your own that is bound to its registry, list the name under owned in the trust file, or register the name at the other registry as well.',
  failing: {
    path: '/package-lock.json',
    text: LOCK,
    settings: {
      origin: {
        facts: new Map([[KEY, { kind: 'present', registry: 'registry.example', versionCount: 1 }]]),
      },
    },
  },
  passing: {
    path: '/package-lock.json',
    text: LOCK,
    settings: {
      origin: { facts: new Map([[KEY, { kind: 'absent', registry: 'registry.example' }]]) },
    },
  },
};
