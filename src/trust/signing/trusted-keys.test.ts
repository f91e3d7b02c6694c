import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { readTrustFile } from '../trust-file/read-trust-file.ts';
import { loadTrustedKeys, type LoadedKey } from './trusted-keys.ts';

const ed = generateKeyPairSync('ed25519')
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const pem = ec.export({ type: 'spki', format: 'pem' }).toString();

function load(
  keys: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly LoadedKey[]> {
  const trust = readTrustFile('t.yaml', Buffer.from(`version: 1\nkeys:\n${keys}`));
  return loadTrustedKeys({
    trust,
    readFile: (name) => {
      const text = files[name];
      if (text === undefined) return Promise.reject(new Error(`"${name}" does not exist`));
      return Promise.resolve(Buffer.from(text));
    },
  });
}

const row = (name: string, key: string): string => `  - {name: ${name}, ${key}, scopes: ["**"]}\n`;

describe('the keys of a trust file', () => {
  it('are read from files, from the file itself and from lines of OpenSSH', async () => {
    const block = pem
      .trimEnd()
      .split('\n')
      .map((line) => `      ${line}`)
      .join('\n');
    const text = `  - name: inline\n    key: |\n${block}\n    scopes: ["**"]\n`;
    const keys = await load(row('a', 'file: a.pub') + text, { 'a.pub': ed });
    expect(keys.map(({ name, publicKey }) => [name, publicKey.kind])).toEqual([
      ['a', 'ed25519'],
      ['inline', 'p256'],
    ]);
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    [
      'a file that is not there',
      row('a', 'file: a.pub'),
      {},
      /^t\.yaml:3: "a.pub" does not exist/u,
    ],
    [
      'a file that is not a key',
      row('a', 'file: a.pub'),
      { 'a.pub': 'x' },
      /^t\.yaml:3: the key "a.pub" is not PEM/u,
    ],
    ['a text that is not a key', row('a', 'key: hello'), {}, /^t\.yaml:3: the key "a" is not PEM/u],
    [
      'one key under two names',
      row('a', 'file: a.pub') + row('b', 'file: b.pub'),
      { 'a.pub': pem, 'b.pub': `again\n${pem}` },
      /^t\.yaml:4: the keys "a" and "b" are the same key/u,
    ],
  ])('are refused with their line: %s', async (_, keys, files, problem) => {
    const loading = load(keys, files);
    await expect(loading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(loading).rejects.toThrow(problem);
  });
});
