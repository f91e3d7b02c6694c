import { describe, expect, it } from 'vitest';

import { aTool } from '../../../../test/support/fact-sheets.ts';
import { aPackage } from '../../../../test/support/model.ts';
import type { Tool } from '../../../core/model/artifact/contents.ts';
import type { Package } from '../../../core/model/package/package.ts';
import { lossesAgainst } from './losses.ts';

const NO_TOOLS = { libc: [], shells: [], packageManagers: [], interpreters: [], compilers: [] };

function interpreters(...tools: readonly Tool[]): { readonly interpreters: readonly Tool[] } {
  return { interpreters: tools };
}

interface Lost {
  readonly lost: readonly string[];
  readonly added: number;
}

describe('what an image loses against another one', () => {
  it.each<[string, readonly Package[], readonly Package[], Lost]>([
    ['nothing', [aPackage('left', '1')], [aPackage('left', '1')], { lost: [], added: 0 }],
    [
      'nothing with another version',
      [aPackage('left', '1')],
      [aPackage('left', '2')],
      { lost: [], added: 0 },
    ],
    [
      'a package',
      [aPackage('left', '1'), aPackage('right', '1')],
      [aPackage('left', '1')],
      { lost: ['right'], added: 0 },
    ],
    ['no package that is added', [], [aPackage('left', '1')], { lost: [], added: 1 }],
    [
      'no package of another system under the same name',
      [aPackage('bash', '5.2', { ecosystem: 'debian' })],
      [aPackage('bash', '5.2-r0', { ecosystem: 'alpine' })],
      { lost: [], added: 0 },
    ],
    [
      'a package of another language under the same name',
      [aPackage('six', '1', { ecosystem: 'pypi' })],
      [aPackage('six', '1', { ecosystem: 'npm' })],
      { lost: ['six'], added: 1 },
    ],
    [
      'a package once that has two versions',
      [aPackage('left', '1'), aPackage('left', '2')],
      [],
      { lost: ['left'], added: 0 },
    ],
    [
      'a package of the system that a language has under the same name',
      [aPackage('six', '1', { ecosystem: 'debian' })],
      [aPackage('six', '1', { ecosystem: 'pypi' })],
      { lost: ['six'], added: 1 },
    ],
  ])('%s', (_, before, after, { lost, added }) => {
    const losses = lossesAgainst(
      { tools: NO_TOOLS, packages: before },
      { tools: NO_TOOLS, packages: after },
    );
    expect(losses.packages.map(({ name }) => name)).toEqual(lost);
    expect(losses.addedPackageCount).toBe(added);
  });

  it.each<[string, readonly Tool[], readonly Tool[], readonly string[]]>([
    ['an interpreter', [aTool('python', '3.13'), aTool('perl')], [aTool('perl')], ['python']],
    ['no interpreter of another version', [aTool('python', '3.13')], [aTool('python', '3.12')], []],
    ['none that is added', [], [aTool('node')], []],
  ])('tools: %s', (_, before, after, lost) => {
    const { tools } = lossesAgainst(
      { tools: interpreters(...before), packages: [] },
      { tools: interpreters(...after), packages: [] },
    );
    expect(tools.interpreters?.map(({ name }) => name)).toEqual(lost);
    // Of the other kinds neither side knows anything.
    expect(tools.shells).toBeUndefined();
  });

  it.each<[string, readonly Tool[], readonly Tool[], readonly string[]]>([
    ['whose interpreter is lost', [aTool('python', '3.13')], [], ['pypi 1 python']],
    ['whose interpreter is there', [aTool('python', '3.13')], [aTool('python', '3.12')], []],
    ['that another interpreter runs', [aTool('python', '3.13')], [aTool('pypy')], []],
    ['that the first image could not run', [aTool('node')], [], []],
    [
      'that two versions of one interpreter run',
      [aTool('python', '3.12'), aTool('python', '3.13')],
      [aTool('perl')],
      ['pypi 1 python'],
    ],
  ])('names packages %s', (_, before, after, expected) => {
    const packages = [aPackage('six', '1', { ecosystem: 'pypi' })];
    const { unrunnable = [] } = lossesAgainst(
      { tools: interpreters(...before), packages },
      { tools: interpreters(...after), packages },
    );
    expect(
      unrunnable.map((one) => `${one.ecosystem} ${one.packageCount} ${one.interpreters.join()}`),
    ).toEqual(expected);
  });
});
