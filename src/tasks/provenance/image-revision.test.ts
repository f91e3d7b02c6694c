import { expect, it } from 'vitest';

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { imageRevisionOutcome } from './image-revision.ts';

const HEAD = '0123456789abcdef0123456789abcdef01234567';
const OTHER = HEAD.replace('0', '1');
const GOOD: TrustOutcome = {
  problems: [],
  held: [{ group: 'signature', message: '3 commits of v1..HEAD: all are signed' }],
  warnings: ['a note'],
};
const BAD: TrustOutcome = { problems: [{ cause: 'unsigned', message: 'one' }], held: [] };
const REFUSED: TrustOutcome = {
  problems: [{ cause: 'signatureRefused', message: 'one' }],
  held: [],
};

const LABEL = 'org.opencontainers.image.revision';

function image(labels: Readonly<Record<string, string>>, architecture = 'amd64'): Artifact {
  return {
    kind: 'image',
    reference: 'app',
    layers: [],
    image: {
      configDigest: `sha256:${'0'.repeat(64)}`,
      platform: { os: 'linux', architecture },
      ...{ tags: [], repoDigests: [], env: [], entrypoint: [], user: '' },
      labels: new Map(Object.entries(labels)),
    },
  };
}

const BUILT = image({ [LABEL]: HEAD });

// The last column: the causes, or none if the images pass.
it.each<[string, readonly Artifact[], TrustOutcome, readonly string[]]>([
  ['an image of the last commit', [BUILT], GOOD, []],
  ['two of them', [BUILT, image({ [LABEL]: HEAD }, 'arm64')], GOOD, []],
  ['an image without labels', [image({})], GOOD, ['unsigned']],
  ['an empty label', [image({ [LABEL]: '' })], GOOD, ['unsigned']],
  ['another label', [image({ 'org.label-schema.vcs-ref': HEAD })], GOOD, ['unsigned']],
  ['another commit', [image({ [LABEL]: OTHER })], GOOD, ['signatureRefused']],
  ['the beginning of the id', [image({ [LABEL]: HEAD.slice(0, 12) })], GOOD, ['signatureRefused']],
  ['the id in capitals', [image({ [LABEL]: HEAD.toUpperCase() })], GOOD, ['signatureRefused']],
  ['a branch', [image({ [LABEL]: 'main' })], GOOD, ['signatureRefused']],
  ['an id with more', [image({ [LABEL]: `${HEAD}-dirty` })], GOOD, ['signatureRefused']],
  ['one image of two', [BUILT, image({}, 'arm64')], GOOD, ['unsigned']],
  ['an unsigned commit', [BUILT], BAD, ['unsigned']],
  ['a commit that is refused', [BUILT], REFUSED, ['signatureRefused']],
  ['both', [image({ [LABEL]: OTHER })], BAD, ['unsigned', 'signatureRefused']],
  [
    'a report without facts of the image',
    [{ ...BUILT, image: undefined } as never],
    GOOD,
    ['unsigned'],
  ],
])('%s', (_, images, commits, causes) => {
  const { problems, held, warnings } = imageRevisionOutcome(images, { head: HEAD, commits });
  expect(problems.map(({ cause }) => cause)).toEqual(causes);
  expect(held.length).toBe(causes.length === 0 ? 1 : 0);
  expect(warnings).toEqual(commits.warnings);
});

it('names the tie between image and commit as a claim', () => {
  const { held } = imageRevisionOutcome([BUILT], { head: HEAD, commits: GOOD });
  expect(held[0]?.message).toBe(
    `3 commits of v1..HEAD: all are signed. That the image was built from ${HEAD} is a claim of its label ${LABEL}`,
  );
});

it('names the platform of the image that claims another commit', () => {
  const arm = image({ [LABEL]: OTHER }, 'arm64');
  const { problems } = imageRevisionOutcome([BUILT, arm], { head: HEAD, commits: GOOD });
  expect(problems[0]?.message).toBe(
    `"app" (linux/arm64) claims to be built from "${OTHER}", and the verified commits end at ${HEAD}`,
  );
});
