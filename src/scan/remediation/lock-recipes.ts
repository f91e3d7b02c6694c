/**
 * Commands of the package managers of languages, by the lockfile that they write.
 *
 * Sources: the documentation of each tool: npm ("npm install", "overrides" of package.json, "npm
 * pkg"), Yarn ("yarn add", "Selective dependency resolutions"), pnpm ("pnpm update", "overrides"),
 * Bun ("bun add", "Overrides and resolutions"), Poetry ("add", "update"), uv ("Upgrading locked
 * package versions"), PDM ("Update existing dependencies"), Pipenv ("upgrade"), Bundler ("bundle
 * update"), Composer ("require", "update"), Cargo ("cargo update"), Go ("go get"), .NET ("dotnet
 * package add"), Dart ("dart pub add"), Mix ("mix deps.update").
 */

import { isCompatible, releaseLineOf } from './compatible.ts';
import type { PackageUpgrade } from './package-upgrades.ts';

/** Packages of one lockfile, by what asks for them. */
export interface LockedItems {
  /** The project itself asks for them. */
  readonly direct: readonly PackageUpgrade[];
  /** Other packages ask for them. */
  readonly indirect: readonly PackageUpgrade[];
  /** The versions that the lockfile holds of each name. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** Ids of packages that other packages of the lockfile depend on. */
  readonly shared: ReadonlySet<string>;
}

/** The package manager's way of moving packages of a lockfile to fixed versions. */
export interface LockRecipe {
  /** Names of the lockfile. */
  readonly files: readonly string[];
  /** Returns the commands in their order; items that none of them upgrades are in `left`. */
  commands(items: LockedItems): LockCommands;
}

/** The commands for the upgrades of one lockfile, and the upgrades that no command covers. */
export interface LockCommands {
  readonly commands: readonly string[];
  readonly left: readonly PackageUpgrade[];
}

const at = ({ pkg, version }: PackageUpgrade): string => `${pkg.name}@${version}`;
const pinned = ({ pkg, version }: PackageUpgrade): string => `${pkg.name}==${version}`;
const nameOf = ({ pkg }: PackageUpgrade): string => pkg.name;
const isDevelopment = ({ pkg }: PackageUpgrade): boolean => pkg.scope === 'development';

/** Returns a command with all its words, or none without any. */
function whole(command: string, words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [`${command} ${words.join(' ')}`];
}

const all = ({ direct, indirect }: LockedItems): readonly PackageUpgrade[] => [
  ...direct,
  ...indirect,
];

/** Returns a tool that takes all packages in one command. */
function simple(
  files: readonly string[],
  command: string,
  word: (item: PackageUpgrade) => string,
): LockRecipe {
  return {
    files,
    commands: (items) => ({ commands: whole(command, all(items).map(word)), left: [] }),
  };
}

/**
 * Returns the requests that an override replaces: those that take versions of the installed line. A
 * later cure of the line sets the same member again, where a member for one version would stand
 * behind that of an older one. A line with several versions has a member for each.
 */
function keyOf({ pkg }: PackageUpgrade, versions: LockedItems['versions']): string {
  const line = releaseLineOf(pkg.version);
  const isAlone = (versions.get(pkg.name) ?? []).every(
    (version) => version === pkg.version || releaseLineOf(version) !== line,
  );
  return `${pkg.name}@${isAlone ? line : pkg.version}`;
}

/**
 * Sets members of `package.json`, then installs. Without `versions` a member replaces all requests
 * of the name.
 */
function overriding(
  items: readonly PackageUpgrade[],
  {
    member,
    versions,
    install,
  }: { member: string; versions?: LockedItems['versions']; install: string },
): readonly string[] {
  const words = items.map((item) => {
    const key = versions === undefined ? item.pkg.name : keyOf(item, versions);
    return `'${member}[${key}]=${item.version}'`;
  });
  return whole('npm pkg set', words).map((command) => `${command} && ${install}`);
}

/**
 * Yarn and Bun replace every version of a name, so a name with several versions is left. A package
 * that the project asks for is replaced too if others ask for it: their requests stay at the locked
 * version.
 */
function separated({ direct, indirect, versions, shared }: LockedItems): {
  readonly taken: readonly PackageUpgrade[];
  readonly left: readonly PackageUpgrade[];
} {
  const wanted = [...direct.filter(({ pkg }) => shared.has(pkg.id)), ...indirect];
  const isSeveral = ({ pkg }: PackageUpgrade): boolean => (versions.get(pkg.name) ?? []).length > 1;
  return {
    taken: wanted.filter((item) => !isSeveral(item)),
    left: wanted.filter(isSeveral),
  };
}

function adding(tool: string, direct: readonly PackageUpgrade[]): readonly string[] {
  return [
    ...whole(`${tool} add`, direct.filter((item) => !isDevelopment(item)).map(at)),
    ...whole(`${tool} add --dev`, direct.filter(isDevelopment).map(at)),
  ];
}

const NPM: LockRecipe = {
  files: ['package-lock.json', 'npm-shrinkwrap.json'],
  commands: ({ direct, indirect, versions }) => ({
    commands: [
      ...whole('npm install', direct.map(at)),
      ...overriding(indirect, { member: 'overrides', versions, install: 'npm install' }),
    ],
    left: [],
  }),
};

const YARN: LockRecipe = {
  files: ['yarn.lock'],
  commands: (items) => {
    const { taken, left } = separated(items);
    const how = { member: 'resolutions', install: 'yarn install' };
    return { commands: [...adding('yarn', items.direct), ...overriding(taken, how)], left };
  },
};

/** Without `pnpm prune` the old versions stay in the virtual store below `node_modules`. */
const PNPM: LockRecipe = {
  files: ['pnpm-lock.yaml'],
  commands: ({ direct, indirect, versions }) => ({
    commands: [
      ...whole('pnpm update', direct.map(at)),
      ...overriding(indirect, {
        member: 'pnpm.overrides',
        versions,
        install: 'pnpm install --no-frozen-lockfile',
      }),
      'pnpm prune',
    ],
    left: [],
  }),
};

const BUN: LockRecipe = {
  files: ['bun.lock'],
  commands: (items) => {
    const { taken, left } = separated(items);
    const how = { member: 'overrides', install: 'bun install' };
    return { commands: [...adding('bun', items.direct), ...overriding(taken, how)], left };
  },
};

const POETRY: LockRecipe = {
  files: ['poetry.lock'],
  commands: ({ direct, indirect }) => {
    const runtime = direct.filter((item) => !isDevelopment(item));
    const others = [...direct.filter(isDevelopment), ...indirect];
    return {
      commands: [
        ...whole('poetry add', runtime.map(at)),
        ...whole('poetry update', others.map(nameOf)),
      ],
      left: [],
    };
  },
};

const COMPOSER: LockRecipe = {
  files: ['composer.lock'],
  commands: ({ direct, indirect }) => {
    const word = ({ pkg, version }: PackageUpgrade): string => `${pkg.name}:${version}`;
    const require = 'composer require --update-with-all-dependencies';
    return {
      commands: [
        ...whole(require, direct.filter((item) => !isDevelopment(item)).map(word)),
        ...whole(`${require} --dev`, direct.filter(isDevelopment).map(word)),
        ...whole(
          'composer update --with-all-dependencies',
          indirect.map((item) => `${item.pkg.name} --with ${word(item)}`),
        ),
      ],
      left: [],
    };
  },
};

/**
 * Cargo takes the version only if the requests of all dependents allow it, which caret requests do
 * for compatible ones.
 */
const CARGO: LockRecipe = {
  files: ['Cargo.lock'],
  commands: (items) => {
    const fits = ({ pkg, version }: PackageUpgrade): boolean => isCompatible(pkg.version, version);
    return {
      commands: all(items)
        .filter(fits)
        .map((item) => {
          const { pkg, version } = item;
          return `cargo update -p ${pkg.name}@${pkg.version} --precise ${version}`;
        }),
      left: all(items).filter((item) => !fits(item)),
    };
  },
};

/** The standard library comes with the toolchain, which `go` names. */
const GO: LockRecipe = {
  files: ['go.mod'],
  commands: (items) => {
    const words = all(items).map(({ pkg, version }) =>
      pkg.name === 'stdlib'
        ? `go@${version.replace(/^(?:go|v)/u, '')}`
        : `${pkg.name}@${version.startsWith('v') ? version : `v${version}`}`,
    );
    return { commands: whole('go get', words).map((one) => `${one} && go mod tidy`), left: [] };
  },
};

const DOTNET: LockRecipe = {
  files: ['packages.lock.json'],
  commands: (items) => ({
    commands: all(items).map(
      ({ pkg, version }) => `dotnet add package ${pkg.name} --version ${version}`,
    ),
    left: [],
  }),
};

const DART: LockRecipe = {
  files: ['pubspec.lock'],
  commands: ({ direct, indirect }) => ({
    commands: [
      ...whole(
        'dart pub add',
        direct.map((item) => {
          const { pkg, version } = item;
          return `${isDevelopment(item) ? 'dev:' : ''}${pkg.name}:${version}`;
        }),
      ),
      ...whole('dart pub upgrade', indirect.map(nameOf)),
    ],
    left: [],
  }),
};

const UV: LockRecipe = {
  files: ['uv.lock'],
  commands: (items) => ({
    commands: [
      `uv lock ${all(items)
        .map((item) => `--upgrade-package ${pinned(item)}`)
        .join(' ')}`,
    ],
    left: [],
  }),
};

/** All of them; a lockfile that none names has no command. */
export const LOCK_RECIPES: readonly LockRecipe[] = [
  NPM,
  YARN,
  PNPM,
  BUN,
  POETRY,
  UV,
  simple(['pdm.lock'], 'pdm update', nameOf),
  simple(['Pipfile.lock'], 'pipenv upgrade', pinned),
  simple(['Gemfile.lock', 'gems.locked'], 'bundle update --conservative', nameOf),
  COMPOSER,
  CARGO,
  GO,
  DOTNET,
  DART,
  simple(['mix.lock'], 'mix deps.update', nameOf),
];
