import { describe, expect, it } from 'vitest';

import { trivySecretName } from './trivy-secret-names.ts';

describe('the name of a secret in documents of trivy', () => {
  it.each([
    [
      'an alias that trivy knows',
      'secret/github-personal-token',
      ['github-pat', 'github-personal-token'],
      'github-pat GitHub',
    ],
    [
      'its own id, if trivy has the same',
      'secret/lob-api-key',
      ['lob-pub-api-key', 'lob-api-key'],
      'lob-api-key Lob',
    ],
    [
      'the short id of a kind that trivy does not know',
      'secret/mine',
      ['other', 'mine'],
      'mine secret',
    ],
    ['the rule of another tool', 'lint/secret', [], 'lint/secret secret'],
  ])('is %s', (_name, rule, aliases, expected) => {
    const { id, category } = trivySecretName({ rule, aliases });
    expect(`${id} ${category}`).toBe(expected);
  });
});
