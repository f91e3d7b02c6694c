/**
 * `assay push --with-signatures` where the trust file requires several signers: those of SRC and
 * the one of the push count.
 */

import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { leftImage } from '../support/push-images.ts';
import { ociFiles } from '../support/stored-images.ts';

const NAMED = ['--repository', 'ghcr.io/acme/app'];
const OTHER_NAME = ['--repository', 'ghcr.io/acme/other'];
const KEYS = ['a', 'b', 'c'] as const;

function trust(threshold: number, more = ''): string {
  const keys = KEYS.map((name) => `  - { name: ${name}, file: ${name}.pub, scopes: ['**'] }\n`);
  return `version: 1
keys:
${keys.join('')}signatures:
  - { scopes: ['ghcr.io/acme/**'], threshold: ${threshold}${more} }
`;
}

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
  for (const name of KEYS) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  folder.write('two.yaml', trust(2));
  folder.write('three.yaml', trust(3));
  folder.write('ab.yaml', trust(2, ', signers: [a, b]'));
  folder.write('expired.yaml', trust(2).replace('a.pub,', 'a.pub, valid-until: 2020-01-01,'));
  const images = {
    unsigned: '1.0.1',
    byA: '1.0.1',
    byAB: '1.0.1',
    forOther: '1.0.1',
    bad: '1.0.0',
  };
  for (const [name, version] of Object.entries(images)) {
    for (const [file, bytes] of ociFiles([{ image: leftImage(version), tag: '1' }])) {
      folder.write(`${name}/${file}`, bytes);
    }
  }
  const sign = (layout: string, key: string, name = NAMED): Promise<unknown> =>
    folder.run('sign', `oci:${layout}:1`, '--sign-key', `${key}.pem`, ...name);
  await sign('byA', 'a');
  for (const layout of ['byAB', 'bad']) for (const key of ['a', 'b']) await sign(layout, key);
  await sign('forOther', 'a', OTHER_NAME);
  await sign('forOther', 'b', OTHER_NAME);
});
afterAll(() => folder[Symbol.dispose]());

const COPY = '--with-signatures';
const BY = (key: string): readonly string[] => ['--sign-key', `${key}.pem`];

describe('a push to a repository that needs several signers', () => {
  it.each<
    readonly [what: string, source: string, rules: string, more: readonly string[], code: number]
  >([
    ['two of two at SRC', 'byAB', 'two', [COPY], 0],
    ['one at SRC, and the one of the push', 'byA', 'two', [COPY, ...BY('b')], 0],
    ['two at SRC, and the one of the push', 'byAB', 'three', [COPY, ...BY('c')], 0],
    ['one at SRC', 'byA', 'two', [COPY], 12],
    ['one at SRC, and the push signs with the same key', 'byA', 'two', [COPY, ...BY('a')], 12],
    ['two at SRC of three', 'byAB', 'three', [COPY], 12],
    ['two at SRC for another repository', 'forOther', 'two', [COPY], 12],
    ['two there, and the one of the push', 'forOther', 'two', [COPY, ...BY('a')], 12],
    ['a signer that the rule does not name', 'byA', 'ab', [COPY, ...BY('c')], 12],
    ['a signer whose key is expired', 'byAB', 'expired', [COPY], 12],
    ['none at SRC', 'unsigned', 'two', [COPY], 10],
    ['none at SRC, and the one of the push', 'unsigned', 'two', [COPY, ...BY('a')], 12],
    ['two at SRC that are not copied', 'byAB', 'two', [], 10],
    ['two at SRC that are not copied, and the one of the push', 'byAB', 'two', BY('c'), 12],
    ['two at SRC of an image that fails', 'bad', 'two', [COPY], 1],
  ])('%s', async (...row) => {
    const [what, source, rules, more, code] = row;
    const layout = what.replaceAll(/[ ,]+/gu, '-');
    const args = ['push', `oci:${source}:1`, `oci:${layout}:1`, ...NAMED, ...more];
    const { exitCode, stderr } = await folder.assay(...args, '--trust', `./${rules}.yaml`);
    expect([exitCode, stderr]).toEqual([code, expect.anything()]);
    expect(existsSync(folder.path(layout))).toBe(code === 0);
    if (code !== 0) return;
    // What the tag leads to meets the same rules.
    const verify = ['verify', `oci:${layout}:1`, ...NAMED, '--trust', `./${rules}.yaml`];
    expect((await folder.assay(...verify)).exitCode).toBe(0);
  });
});
