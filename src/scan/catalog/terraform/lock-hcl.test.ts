import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { terraformLock } from './lock-hcl.ts';

const PATH = '/.terraform.lock.hcl';
const LOCK = `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "4.67.0"
  constraints = "~> 4.0"
  hashes = [
    "h1:dCRc4GqsyfqHEMjgtlM1EympBcgTmcTkWaJmtd91+KA=",
  ]
}

provider "registry.terraform.io/hashicorp/none" {
  hashes = []
}
`;

describe('.terraform.lock.hcl', () => {
  it('lists providers', async () => {
    const { packages, diagnostics } = await readCatalog(terraformLock, PATH, LOCK);
    expect(packages).toEqual([
      {
        name: 'registry.terraform.io/hashicorp/aws',
        version: '4.67.0',
        line: 3,
        relationship: 'direct',
      },
    ]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 11 } }]);
  });

  it.each(['  version', '  constraints', '    "h1', '  ]'])(
    'that ends before "%s" is a gap',
    async (end) => {
      const { diagnostics } = await readCatalog(
        terraformLock,
        PATH,
        LOCK.slice(0, LOCK.indexOf(end)),
      );
      expect(diagnostics?.at(-1)?.message).toMatch('cut off');
      expect(diagnostics?.at(-1)?.gap).toBe('unreadable');
    },
  );

  it('has a gap where a provider tells its version twice', async () => {
    const body = 'provider "h/n/a" {\n  version = "4.0.0"\n  version = "5.0.0"\n}\n';
    const { packages, diagnostics } = await readCatalog(terraformLock, PATH, body);
    expect(packages).toMatchObject([{ name: 'h/n/a', version: '4.0.0' }]);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 1 } }]);
  });

  it.each([
    ['/* provider "h/n/b" {\n  version = "1.0.0"\n} */\n', []],
    ['  /* own */ provider "h/n/b" { // x\n  version = "1.0.0" # "2"\n}\n', ['h/n/b@1.0.0']],
    ['provider "h/n/b" {\n  /*\n  version = "2.0.0" */\n  version = "1.0.0"\n}\n', ['h/n/b@1.0.0']],
    ['provider "h/n//b" {\n  version = "1.0.0"\n}\n', ['h/n//b@1.0.0']],
  ])('passes over comments: %j', async (text, names) => {
    const result = await readCatalog(terraformLock, PATH, text);
    expect(namesOf(result)).toEqual(names);
    expect(result.diagnostics).toBeUndefined();
  });

  it.each([
    ['a comment that nothing ends', '/* provider "h/n/b" {\n  version = "1.0.0"\n}\n'],
    ['a line of no block', 'provider "h/n/b" {\n  version = "1.0.0"\n}\nprovider h/n/c {\n'],
  ])('has a gap for %s', async (_, text) => {
    const { diagnostics } = await readCatalog(terraformLock, PATH, text);
    expect(diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('refuses other files', async () => {
    expect(await readCatalog(terraformLock, PATH, '# nothing\n')).toEqual({ packages: [] });
    await expect(readCatalog(terraformLock, PATH, 'text')).rejects.toThrow('no block');
  });

  it('survives hostile files', () => survivesHostileInput(terraformLock, PATH, LOCK));
});
