import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { floatingPackages } from './floating-packages.ts';

const valuesOf = (text: string): readonly string[] =>
  floatingPackages(text).map(({ value }) => value);

describe('packages that a command downloads anew', () => {
  it.each<[text: string, packages: readonly string[]]>([
    ['npx create-vite@latest my-app', ['create-vite@latest']],
    ['npx -y @angular/cli@next new app@work', ['@angular/cli@next']],
    ['npx --registry https://r.example x@^1 --flag', ['x@^1']],
    ['npm exec --package=x@latest -- x', ['x@latest']],
    ['npx -p "x@latest" x', ['x@latest']],
    ['npm install -g npm@latest yarn@1.22.22 pnpm@9', ['npm@latest', 'pnpm@9']],
    ['cd app && pnpm dlx x@beta; yarn dlx y@latest', ['x@beta', 'y@latest']],
    ['RUN=1 sudo npx x@latest', ['x@latest']],
    ['go install example.com/tool/cmd@latest', ['example.com/tool/cmd@latest']],
    ['go run example.com/tool@master ./...', ['example.com/tool@master']],
    ['uvx ruff@latest check', ['ruff@latest']],
    ['npm ci\nnpx \\\n  --yes \\\n  x@latest\n', ['x@latest']],
    ['bash -c "npx x@latest"', ['x@latest']],
    ['if true; then bunx x@latest; fi', ['x@latest']],
  ])('%s', (text, packages) => {
    expect(valuesOf(text)).toEqual(packages);
  });

  it.each([
    'npx x@1.2.3',
    'npx x@1.2.3-beta.1 a@b',
    'go install example.com/tool/cmd@v1.2.3',
    'go install example.com/tool/cmd@0123456789abcdef',
    'go install ./cmd/tool',
    'npx x',
    'npm ci',
    'echo npx x@latest',
    '# npx x@latest',
    'git clone git@example.com:a/b',
    'npx x@$VERSION',
    'mail -s done a@example.com',
    '',
    'npx',
    '@',
  ])('nothing in %j', (text) => {
    expect(valuesOf(text)).toEqual([]);
  });

  it('has the place of each', () => {
    const text = "npm i -g 'x@latest'";
    const [found] = floatingPackages(text);
    expect(text.slice(found?.index)).toBe("x@latest'");
  });

  it('takes linear time', () => {
    const text = `${'npx '.repeat(200_000)}${'\\'.repeat(200_000)}@`;
    const cpuMs = startCpuClock();
    floatingPackages(text);
    expect(cpuMs()).toBeLessThan(5000);
  });
});
