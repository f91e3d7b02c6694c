/**
 * Cases for packages that a script installs, and for commands that publish. They were written
 * before the rules, from the help pages of the programs; each has the sentence that decides it.
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

/** The command, whether the rule reports it, and what decides. */
type Case = readonly [script: string, isFound: boolean, reason: string];

/** Returns whether the rule reports a step with a script. */
function finds(
  rule: string,
  script: string,
  shell = 'bash',
  before: readonly string[] = [],
): boolean {
  const steps = [...before.map((run) => ({ run })), { shell, run: script }];
  const text = `on: release\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: ${JSON.stringify(steps)}\n`;
  const found = pipelineFindings('/.github/workflows/a.yml', Buffer.from(text));
  return found.some((one) => one.rule === `pipeline/${rule}`);
}

/** Returns whether the rule reports a step of a composite action with a script. */
function findsInAction(rule: string, script: string): boolean {
  const text = `name: x\nruns: {using: composite, steps: [{shell: bash, run: ${JSON.stringify(script)}}]}\n`;
  const found = pipelineFindings('/action.yml', Buffer.from(text));
  return found.some((one) => one.rule === `pipeline/${rule}`);
}

const ADHOC: readonly Case[] = [
  [
    'npm install foo',
    true,
    'npm help install: "npm install <name>" installs a package by its name',
  ],
  ['npm i foo', true, 'npm help install: aliases add, i, in, ins, inst, insta, instal, isnt, …'],
  ['npm isntall foo', true, 'npm help install: aliases … isnt, isnta, isntal, isntall'],
  ['npm install foo@1.2.3', true, 'only the name is fixed; the dependencies are resolved anew'],
  ['npm --prefix tools install -g foo', true, 'npm help config: prefix takes a value'],
  ['npm install --registry https://r.example foo', true, 'npm help config: registry takes a value'],
  [
    'npm install-test foo',
    true,
    'npm help install-test: "runs an npm install followed … by an npm test"',
  ],
  ['npm install "$PACKAGE"', true, 'a variable is a package that the file does not decide'],
  ['npm install ${{ matrix.package }}', true, 'an expression is a package as well'],
  ['sudo npm install -g foo', true, 'sudo(8): the command is run as another user'],
  ['cd web && npm add foo', true, 'npm help install: add is an alias'],
  ['bash -c "npm i foo"', true, 'bash(1): -c reads commands from the string'],
  ['yarn add foo', true, 'yarn help add: adds dependencies to the project'],
  ['yarn global add foo', true, 'yarn v1 help global: add installs packages globally'],
  ['yarn workspace web add foo', true, 'yarn help workspace: runs a command within the workspace'],
  ['pnpm add -D foo@1', true, 'pnpm help add: installs a package and its dependencies'],
  ['pnpm install foo', true, 'pnpm help install: with a name it is pnpm add'],
  ['corepack pnpm add foo', true, 'corepack --help: runs the package manager with its arguments'],
  ['gem install foo', true, 'gem help install: "Install a gem into the local repository"'],
  ['gem inst foo', true, 'gem help: commands may be abbreviated'],
  ['gem install foo -v 1.2.3', true, 'a version fixes no dependencies'],
  ['bundle add foo', true, 'bundle-add(1): adds the gem to the Gemfile and installs it'],
  ['npm install', false, 'npm help install: without arguments the dependencies of package.json'],
  ['npm ci', false, 'npm help ci: installs exactly the lockfile'],
  ['npm install -D', false, 'an option is no package'],
  ['npm install --omit dev', false, 'npm help config: omit takes a value'],
  ['npm install --prefix web', false, 'npm help config: prefix takes a value'],
  ['npm install foo --dry-run', false, 'npm help install: --dry-run makes no changes'],
  ['npm uninstall foo', false, 'removes a package'],
  ['npm run install foo', false, 'npm help run-script: install is the name of a script here'],
  ['echo npm install foo', false, 'prints a text'],
  ['# npm install foo', false, 'a comment'],
  ['yarn install --frozen-lockfile', false, 'installs from the lockfile'],
  ['pnpm install --frozen-lockfile', false, 'installs from the lockfile'],
  ['gem install --file Gemfile', false, 'gem help install: reads the list of gems from the file'],
  [
    'gem install --local ./foo-1.0.gem',
    false,
    'gem help install: -l restricts to the local domain',
  ],
  ['gem build foo.gemspec', false, 'builds a gem'],
  ['bundle install', false, 'bundle-install(1): installs what Gemfile.lock has'],
  ['bundle add foo --skip-install', false, 'bundle-add(1): adds the gem and does not install it'],
];

const BESIDE: readonly Case[] = [
  ['pip install foo', true, 'pip help install: requirement specifiers are resolved at an index'],
  ['pip install foo==1.2', true, 'the dependencies of foo are chosen anew'],
  ['python -m pip install -U foo', true, 'pip help: python -m pip is pip'],
  ['pip3 install --quiet foo bar', true, 'pip help install: -q takes no value'],
  [
    'pip --no-input install foo',
    true,
    'pip help: general options stand in front of the command too',
  ],
  ['uv pip install foo', true, 'uv help pip install'],
  ['uv tool install foo', true, 'uv help tool install: installs commands of a package'],
  [
    'uvx foo',
    true,
    'uv help tool run: uvx is an alias; the package is installed in a temporary environment',
  ],
  ['uvx --from foo bar', true, 'uv help tool run: --from names the package'],
  ['pipx run foo', true, 'pipx run --help: downloads the latest version'],
  ['pipx install foo', true, 'pipx install --help'],
  ['npx foo', true, 'npm help exec: packages that are not local are installed to the cache'],
  ['npx -y foo@1.2.3', true, 'a version fixes no dependencies'],
  ['npm exec --yes -- foo', true, 'npm help exec: npx is npm exec'],
  ['pnpm dlx foo', true, 'pnpm help dlx: fetches a package without installing it as a dependency'],
  ['yarn dlx foo', true, 'yarn help dlx: runs a package in a temporary environment'],
  ['bunx foo', true, 'bunx --help: executes a package, installing it if needed'],
  ['bun add foo', true, 'bun add --help'],
  ['go install example.com/a/cmd@latest', true, 'go help install: @latest is chosen anew'],
  ['go run example.com/a/cmd@main', true, 'go help run: a branch moves'],
  ['cargo install foo', true, 'cargo help install: without --locked the lockfile is ignored'],
  [
    'cargo +nightly install foo --version 1.2.3',
    true,
    'cargo help install: --version fixes no dependencies',
  ],
  ['dotnet tool install --global foo', true, 'dotnet tool install --help: the newest version'],
  ['pip install -r requirements.txt', false, 'pip help install: requirements of a file'],
  [
    'pip install --require-hashes -r requirements.txt',
    false,
    'pip help install: hashes are checked',
  ],
  ['pip install .', false, 'the project itself'],
  ['pip install -e ".[dev]"', false, 'the project itself'],
  ['pip install ./dist/foo-1.0-py3-none-any.whl', false, 'a file of the job'],
  [
    'pip install -c constraints.txt foo',
    false,
    'pip help install: versions are constrained by the file',
  ],
  ['pip install --no-index --find-links wheels foo', false, 'pip help install: no index is asked'],
  ['pip install --dry-run foo', false, 'pip help install: nothing is installed'],
  ['pip download foo', false, 'downloads and installs nothing'],
  ['uv sync --locked', false, 'uv help sync: the lockfile decides'],
  ['uv run pytest', false, 'uv help run: in the environment of the project'],
  ['npx --no-install tsc', false, 'npm help exec: --no answers no to an installation'],
  ['go install ./cmd/tool', false, 'go help install: a package of the main module'],
  [
    'go install example.com/a/cmd@v1.2.3',
    false,
    'go.mod and the checksum database fix the whole graph',
  ],
  [
    'cargo install --locked foo --version 1.2.3',
    false,
    'cargo help install: the packaged lockfile is used',
  ],
  ['cargo install --path .', false, 'a crate of the working directory'],
  ['dotnet tool install foo --version 1.2.3', false, 'the package of a tool has its dependencies'],
  ['dotnet tool restore', false, 'dotnet tool restore --help: the manifest decides'],
];

const PUBLISHING: readonly Case[] = [
  ['npm publish', true, 'npm help publish'],
  ['npm pub', true, 'npm: commands may be abbreviated where they are unique'],
  ['npm --access public publish', true, 'npm help config: access takes a value'],
  ['npx npm publish', true, 'npm help exec: runs the command behind it'],
  ['bun publish', true, 'bun publish --help'],
  ['bunx npm publish', true, 'bunx --help: runs the package npm'],
  ['pnpm -r publish', true, 'pnpm help recursive: -r runs the command in each package'],
  ['yarn npm publish', true, 'yarn help npm publish'],
  ['yarn publish', true, 'yarn v1 help publish'],
  ['gem push foo.gem', true, 'gem help push'],
  ['bundle exec gem push foo.gem', true, 'bundle-exec(1): runs the command'],
  ['twine upload dist/*', true, 'twine upload --help'],
  ['uvx --with keyring twine upload dist/*', true, 'uv help tool run: --with takes a value'],
  ['cargo +nightly publish', true, 'rustup: +toolchain stands in front of the command'],
  ['cargo publish --token x', true, 'cargo help publish'],
  ['uv publish', true, 'uv help publish'],
  ['poetry publish --build', true, 'poetry help publish'],
  ['hatch publish', true, 'hatch publish --help'],
  ['pdm publish', true, 'pdm publish --help'],
  ['dotnet nuget push a.nupkg', true, 'dotnet nuget push --help'],
  ['nuget push a.nupkg', true, 'NuGet CLI reference: push'],
  ['nuget.exe push a.nupkg', true, 'NuGet CLI reference: push'],
  ['sudo -E npm publish', true, 'sudo(8)'],
  ['npm publish --dry-run=false', true, 'npm help config: a switch may be set to false'],
  ['npm publish --dry-run', false, 'npm help publish: reports and publishes nothing'],
  ['cargo publish -n', false, 'cargo help publish: -n is --dry-run'],
  ['cargo publish --dry-run', false, 'cargo help publish'],
  ['uv publish --dry-run', false, 'uv help publish'],
  ['poetry publish --dry-run', false, 'poetry help publish'],
  ['npm run publish:docs', false, 'a script with a name of its own'],
  ['npm pack', false, 'makes an archive'],
  ['twine check dist/*', false, 'twine check --help: checks, and uploads nothing'],
  ['echo "npm publish"', false, 'prints a text'],
  ['npm help publish', false, 'shows a page'],
  ['cargo publish --help', false, 'shows a page'],
  ['# npm publish', false, 'a comment'],
  ['gem build foo.gemspec', false, 'builds a gem'],
  ['dotnet nuget list source', false, 'lists'],
];

describe('adhoc-packages', () => {
  it.each(ADHOC)('%s: %s, because %s', (script, isFound) => {
    expect(finds('adhoc-packages', script)).toBe(isFound);
    expect(findsInAction('adhoc-packages', script)).toBe(isFound);
  });

  it.each([
    ['pwsh', 'npm `\n  install `\n  foo', true],
    ['pwsh', 'if ($x) { npm install foo }', true],
    ['pwsh', '& npm install foo', true],
    ['powershell', 'npm.cmd install foo', true],
    ['pwsh', 'Write-Output "npm install foo"', false],
    ['pwsh', '# npm install foo\nnpm ci', false],
    ['cmd', 'npm ^\r\n  install foo', true],
    ['cmd', '@call npm install foo || exit /b 1', true],
    ['cmd', 'rem npm install foo', false],
    ['cmd', 'npm ci && echo npm install foo', false],
    ['python', 'npm install foo', false],
  ])('in scripts of %s: %s', (shell, script, isFound) => {
    expect(finds('adhoc-packages', script, shell)).toBe(isFound);
  });
});

describe('unlocked-tool', () => {
  it.each(BESIDE)('%s: %s, because %s', (script, isFound) => {
    expect(finds('unlocked-tool', script)).toBe(isFound);
  });

  it('knows that npx runs what the lockfile has installed', () => {
    expect(finds('unlocked-tool', 'npx tsc', 'bash', ['npm ci'])).toBe(false);
    expect(finds('unlocked-tool', 'npx -y tsc@5', 'bash', ['npm ci'])).toBe(true);
  });

  it.each([
    ['pwsh', 'pip install `\n  foo', true],
    ['cmd', 'python -m pip install foo', true],
    ['pwsh', 'pip install -r requirements.txt', false],
  ])('in scripts of %s: %s', (shell, script, isFound) => {
    expect(finds('unlocked-tool', script, shell)).toBe(isFound);
  });
});

describe('use-trusted-publishing', () => {
  it.each(PUBLISHING)('%s: %s, because %s', (script, isFound) => {
    expect(finds('use-trusted-publishing', script)).toBe(isFound);
    expect(findsInAction('use-trusted-publishing', script)).toBe(isFound);
  });

  it.each([
    ['pwsh', 'dotnet nuget push a.nupkg `\n  --api-key $env:KEY', true],
    ['pwsh', 'dotnet `\n  nuget push a.nupkg', true],
    ['cmd', 'nuget push a.nupkg ^\r\n  -ApiKey %KEY%', true],
    ['pwsh', 'npm publish --dry-run', false],
    ['cmd', 'echo npm publish', false],
  ])('in scripts of %s: %s', (shell, script, isFound) => {
    expect(finds('use-trusted-publishing', script, shell)).toBe(isFound);
  });
});
