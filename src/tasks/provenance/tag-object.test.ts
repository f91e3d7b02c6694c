import { expect, it } from 'vitest';

import { readTag } from './tag-object.ts';

const HEAD = `object ${'0'.repeat(40)}
type commit
tag v1
tagger A <a@b.c> 1746878400 +0000

`;
const SSH = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';

// Source: git, gpg-interface.c, `parse_signed_buffer`: a line feed ends a line, and a signature is
// found by how a line begins.
it.each<[string, string, string | undefined]>([
  ['behind a line', `x\n${SSH}`, SSH],
  ['as the whole message', SSH, SSH],
  ['behind a carriage return and a line feed', `x\r\n${SSH}`, SSH],
  [
    'with a first line that goes on',
    'x\n-----BEGIN SSH SIGNATURE-----x\n',
    '-----BEGIN SSH SIGNATURE-----x\n',
  ],
  ['behind a carriage return alone', `x\r${SSH}`, undefined],
  ['behind a next line of Latin-1', `x\u0085${SSH}`, undefined],
  ['behind a space', `x\n ${SSH}`, undefined],
  ['behind other text', `x ${SSH}`, undefined],
])('finds a signature %s as git does', (_, body, signature) => {
  const bytes = Buffer.from(`${HEAD}${body}`, 'latin1');
  expect(readTag('id', bytes, 'sha1').signature).toBe(signature);
});
