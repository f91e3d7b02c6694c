import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { base62, crc32 } from '../../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';
import { plainDiff } from '../../../formats/text/diff/unified-diff.ts';
import { maskedDiff } from './masked-diff.ts';

const body = randomOf(31).fill('{an:30}');
const TOKEN = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;

function change(old: string, fresh: string, path = 'Dockerfile') {
  return { path, old: Buffer.from(old), fresh: Buffer.from(fresh) };
}

describe('a diff without secrets', () => {
  it('is the plain one where there is none', () => {
    const one = change('FROM a\nENV A=1\n', 'FROM b\nENV A=1\n');
    expect(maskedDiff(one)).toEqual({ text: plainDiff(one), isMasked: false });
    expect(maskedDiff(change('a\n', 'a\n'))).toEqual({ text: '', isMasked: false });
  });

  it('is the plain one where a secret stands far from the edit', () => {
    const far = `\n${'RUN make\n'.repeat(5)}ENV TOKEN=${TOKEN}\n`;
    const one = change(`FROM a${far}`, `FROM b${far}`);
    expect(maskedDiff(one)).toEqual({ text: plainDiff(one), isMasked: false });
  });

  it('has a mask on edited lines and on those around them', () => {
    const one = change(
      `FROM a # ${TOKEN}\nENV T=${TOKEN}\n`,
      `FROM b # ${TOKEN}\nENV T=${TOKEN}\n`,
    );
    const { text, isMasked } = maskedDiff(one);
    expect(text).toBe(
      '--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n-FROM a # ghp_***\n+FROM b # ghp_***\n ENV T=ghp_***\n',
    );
    expect(isMasked).toBe(true);
  });

  it('has a mask for the lines of a key that the diff cuts', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { text, isMasked } = maskedDiff(change(`${key}FROM a\n`, `${key}FROM b\n`));
    expect(isMasked).toBe(true);
    for (const line of key.split('\n').slice(1, -2)) expect(text).not.toContain(line);
  });
});
