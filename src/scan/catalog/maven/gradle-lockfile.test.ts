import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { gradleLockfile } from './gradle-lockfile.ts';

describe('a lockfile of Gradle', () => {
  it.each([
    ['/gradle.lockfile', 'g:a:1=compileClasspath,testRuntimeClasspath', 'runtime'],
    ['/gradle.lockfile', 'g:a:1=testCompileClasspath,testRuntimeClasspath', 'development'],
    ['/gradle.lockfile', 'g:a:1=integrationTestRuntimeClasspath', 'development'],
    ['/gradle.lockfile', 'g:a:1=debugUnitTest,androidTestUtil', 'development'],
    ['/gradle.lockfile', 'g:a:1=latestClasspath', 'runtime'],
    ['/gradle.lockfile', 'g:a:1=checkstyle', 'development'],
    ['/gradle.lockfile', 'g:a:1=', 'runtime'],
    ['/buildscript-gradle.lockfile', 'g:a:1=classpath', 'development'],
    ['/gradle/dependency-locks/testRuntime.lockfile', 'g:a:1', 'development'],
    ['/gradle/dependency-locks/runtimeClasspath.lockfile', 'g:a:1', 'runtime'],
  ])('%s: %s is for %s', async (path, line, scope) => {
    const { packages } = await readCatalog(gradleLockfile, path, `# comment\n${line}\nempty=x\n`);
    expect(packages).toEqual([{ name: 'g:a', version: '1', line: 2, scope }]);
  });

  it('reports lines that pin nothing', async () => {
    const result = await readCatalog(
      gradleLockfile,
      '/gradle.lockfile',
      'g:a\n>>>\ng:a:b:1=x\nempty=\n',
    );
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
    ]);
  });

  it('of one line, for its carriage returns end none, is a gap', async () => {
    const result = await readCatalog(
      gradleLockfile,
      '/gradle.lockfile',
      '# x\rg:a:1=x\r\nempty=\n',
    );
    expect(result.packages).toEqual([]);
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable', location: { line: 1 } }]);
  });

  it.each([
    ['/gradle.lockfile', '# x\ng:a:1=x\n', ['unreadable']],
    ['/buildscript-gradle.lockfile', 'g:a:1=classpath', ['unreadable']],
    ['/gradle.lockfile', '# x\nempty=\ng:a:1=x\n', []],
    ['/gradle.lockfile', '\n', []],
    ['/gradle/dependency-locks/x.lockfile', 'g:a:1\n', []],
  ])('without the line that ends it was cut off: %s %j', async (path, text, gaps) => {
    const { diagnostics = [] } = await readCatalog(gradleLockfile, path, text);
    expect(diagnostics.map(({ gap }) => gap)).toEqual(gaps);
  });

  it('leaves the lockfiles of others alone', async () => {
    expect(await readCatalog(gradleLockfile, '/other.lockfile', 'anything')).toEqual({
      packages: [],
    });
  });
});
