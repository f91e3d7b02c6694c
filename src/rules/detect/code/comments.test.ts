/** What comments say is no evidence: they change no finding and no confidence. */

import { beforeAll, describe, expect, it } from 'vitest';

import { CODE_RULES } from './rules/list.ts';
import { sourceCode } from './source.ts';

/** Words that are evidence where they are in the program. */
const WORDS = [
  'insecure skip_ssl_verify verify=option fingerprint localhost 127.0.0.1 if verify: isServer: true',
  'RFC 1939 nonce realm arc4 md4 md5 sha1 sha256 sha512 struct.pack from secrets import uuid random',
  'checksum gpgv sha256 csrf mkdtemp nanoid fetch( axios "https://a.service.org/" example password',
];

/** A program whose blocks begin with comments, in the middle and around it. */
function commented(path: string, text: string): string {
  const isPython = path.endsWith('.py');
  const mark = isPython ? '#' : '//';
  const line = WORDS.map((words) => `${mark} ${words}`).join('\n');
  const blocks = text.replaceAll(isPython ? /:$/gmu : /\{$/gmu, `$& ${mark} ${WORDS.join(' ')}`);
  const isFirst = /^(?:#!|['"]use |from __future__)/u.test(text);
  return `${isFirst ? '' : `${line}\n`}${blocks}\n${line}\n`;
}

function found(path: string, text: string): readonly string[] {
  return sourceCode
    .detect({ path, bytes: Buffer.from(text), settings: { minConfidence: 'low' } })
    .map(({ rule, confidence }) => `${rule} ${confidence ?? ''}`);
}

beforeAll(async () => {
  for (const path of ['/a.js', '/a.ts', '/a.tsx', '/a.py']) await sourceCode.prepare?.(path);
});

describe.each(CODE_RULES.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  const path = `/app.${rule.example}`;

  it.each(['failing', 'passing'] as const)(
    'its %s example has the same findings with comments',
    (which) => {
      const text = rule[which];
      expect(found(path, commented(path, text))).toEqual(found(path, text));
    },
  );
});

it.each([
  ['a comment', '# insecure: see verify_ssl\n', ''],
  ['a text at the beginning', '"""Options: insecure, verify_ssl."""\n', ''],
  ['the documentation of a function', '', '    """Uses --insecure."""\n'],
])('%s lowers no confidence', (_, top, inside) => {
  const text = `${top}import requests\ndef f(url, password):\n${inside}    return requests.post(url, data={"password": password}, verify=False)\n`;
  expect(found('/a.py', text)).toEqual(['code/unverified-tls high']);
});
