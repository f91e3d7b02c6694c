/**
 * Inputs that cases of workflows need and that are not among the files of the cases.
 *
 * Sources: the documentation of zizmor, "Audit Rules" and "Configuration", for the form of the
 * configurations, whose content is what their names say, and for patterns of `forbidden-uses`; the
 * comments in the cases, and the references of the repositories, for what the host of the actions
 * answers.
 */

import type { KnownReferences, RepositoryFacts } from '../../src/rules/detect/pipeline/settings.ts';

const allow = (...names: readonly string[]): string =>
  `rules: {secrets-outside-env: {config: {allow: [${names.join(', ')}]}}}\n`;
const cooldown = (days: string): string =>
  `rules: {dependabot-cooldown: {config: {days: ${days}}}}\n`;

/** Configurations by the path that a case names. */
export const CONFIGURATIONS: ReadonlyMap<string, string> = new Map([
  ['dependabot-cooldown/configs/cooldown-one-day.yml', cooldown('1')],
  ['dependabot-cooldown/configs/invalid-cooldown-zero-days.yml', cooldown('0')],
  ['dependabot-cooldown/configs/invalid-cooldown-negative-days.yml', cooldown('-1')],
  ['secrets-outside-env/configs/allow-none.yml', allow()],
  ['secrets-outside-env/configs/allow-one.yml', allow('NOT_SO_SECRET')],
  ['secrets-outside-env/configs/allow-some.yml', allow('NOT_SO_SECRET', 'ALSO_NOT_SO_SECRET')],
]);

/**
 * The workflow of cases that name their configuration as the input, because the audited file is not
 * among the files. Such a configuration denies all actions, or those of the lines 14 and 15.
 */
export const CONFIGURED_WORKFLOW = `name: example
on: push
permissions: {}

concurrency:
  group: example
  cancel-in-progress: true

jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-python@v5
      - uses: actions/checkout@v4
      - uses: pypa/gh-action-pypi-publish@release/v1
`;

/** Audits that ask the host of the actions. */
export const REFERENCE_AUDITS: ReadonlySet<string> = new Set([
  'impostor-commit',
  'ref-confusion',
  'ref-version-mismatch',
  'stale-action-refs',
]);

const CHECKOUT_4_2_2 = '11bd71901bbe5b1630ceea73d27597364c9af683';
const CHECKOUT_6_BETA = '71cf2267d89c5cb81562390fa70a37fa40b1305e';
const SETUP_GO_6_2_0 = '4a3601121dd01d1626a1e23e37211e3254c1c06c';
const OTHER = '0'.repeat(40);

function facts(answer: Omit<RepositoryFacts, 'source'>): RepositoryFacts {
  return { source: 'git', ...answer };
}

/** The answers, as far as the cases ask. */
export const REFERENCES: KnownReferences = new Map([
  [
    'actions/checkout',
    facts({
      tags: new Map([
        ['v4', [CHECKOUT_4_2_2]],
        ['v4.2.2', [CHECKOUT_4_2_2]],
        ['v6-beta', [CHECKOUT_6_BETA]],
      ]),
      branches: new Map([['main', OTHER]]),
      reached: new Map([
        [CHECKOUT_4_2_2, true],
        [CHECKOUT_6_BETA, true],
        ['009b9ae9e446ad8d9b8c809870b0fbcc5e03573e', true],
        ['c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e', false],
      ]),
    }),
  ],
  [
    'woodruffw/gha-hazmat',
    facts({
      tags: new Map([['confusable', [OTHER]]]),
      branches: new Map([['confusable', OTHER]]),
      reached: new Map(),
    }),
  ],
  [
    'actions/setup-go',
    facts({
      tags: new Map([['v6.2.0', [SETUP_GO_6_2_0]]]),
      branches: new Map([['main', OTHER]]),
      reached: new Map([[SETUP_GO_6_2_0, true]]),
    }),
  ],
]);
