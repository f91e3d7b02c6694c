/**
 * The commands of package managers that install, run or publish packages: names, subcommands,
 * abbreviations, dry runs, and options that take a value. Sources: the help pages of npm 10, Yarn 1
 * and 4, pnpm 9, Bun 1, RubyGems 3, Bundler 2, pip 25, pipx 1, uv 0.9, cargo 1.90, go 1.25,
 * dotnet 9, NuGet 6, twine 6, Poetry 2, Hatch 1, Flit 3 and PDM 2.
 */

/** What a command does with packages. */
export type PackageAct = 'install' | 'execute' | 'publish';

/** A command of a program, or a group of commands. */
export interface CommandEntry {
  readonly act?: PackageAct;
  /** Options that take the next word as their value. */
  readonly values?: readonly string[];
  /** Options by which nothing is changed. */
  readonly dry?: readonly string[];
  /** The commands of a group. */
  readonly commands?: Readonly<Record<string, CommandEntry>>;
  /** Set where the first operand is a program whose arguments follow. */
  readonly isLauncher?: boolean;
  /** Set where words behind `--` are for a build, and no operands. */
  readonly endsAtDashes?: boolean;
  /** Operands that stand in front of a command of the program itself, as a workspace does. */
  readonly skips?: number;
}

/** A program. */
export interface ProgramTable extends CommandEntry {
  /** The name by which rules know it: `pip` for `pip3`. */
  readonly program: string;
  /** Other commands of which unique beginnings are taken; absent: none are taken. */
  readonly abbreviated?: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');

const NPM_VALUES = words(
  '--prefix -C --registry --reg --loglevel --cache --userconfig --globalconfig -w --workspace --omit --include --tag --access --otp --install-strategy --before --cpu --os --libc --node-options --script-shell --https-proxy --proxy --fetch-retries --maxsockets --depth --save-prefix --provenance-file --location --allow-git -c --call',
);
const NPM_DRY = ['--dry-run', '--package-lock-only'];
const NPM_INSTALL: CommandEntry = { act: 'install', dry: NPM_DRY };
const NPM_EXEC: CommandEntry = {
  act: 'execute',
  values: ['-p', '--package', '-c', '--call'],
  isLauncher: true,
};

const named = (names: string, entry: CommandEntry): Readonly<Record<string, CommandEntry>> =>
  Object.fromEntries(words(names).map((name) => [name, entry]));

const NPM: ProgramTable = {
  program: 'npm',
  values: NPM_VALUES,
  abbreviated: words(
    'access adduser audit bugs cache ci completion config dedupe deprecate diff dist-tag docs doctor edit exec explain explore find-dupes fund get help help-search hook init install install-ci-test install-test link ll login logout ls org outdated owner pack ping pkg prefix profile prune publish query rebuild repo restart root run-script sbom search set shrinkwrap star stars start stop team test token trust undeprecate uninstall unpublish unstar update version view whoami',
  ),
  commands: {
    ...named('install i in ins inst insta instal isnt isnta isntal isntall add', NPM_INSTALL),
    ...named('install-test it', NPM_INSTALL),
    ...named('exec x', NPM_EXEC),
    publish: { act: 'publish', dry: ['--dry-run'] },
  },
};

const PNPM_VALUES = words(
  '-C --dir --filter -F --filter-prod --registry --loglevel --reporter --store-dir --workspace-concurrency --config --tag --access --otp --publish-branch --save-prefix --lockfile-dir --modules-dir --allow-build --cpu --os --libc',
);
const PNPM: ProgramTable = {
  program: 'pnpm',
  values: PNPM_VALUES,
  commands: {
    ...named('add install i', { act: 'install', dry: ['--lockfile-only', '--resolution-only'] }),
    ...named('dlx', { act: 'execute', values: ['--package'], isLauncher: true }),
    ...named('exec', { isLauncher: true }),
    publish: { act: 'publish', dry: ['--dry-run'] },
  },
};

const YARN_VALUES = words(
  '--cwd --registry --cache-folder --modules-folder --mutex --network-timeout --use-yarnrc --mode --access --tag --otp --new-version --message --include --exclude --from -j --jobs',
);
const YARN_ADD: CommandEntry = { act: 'install', dry: ['--mode=update-lockfile'] };
const YARN_PUBLISH: CommandEntry = { act: 'publish', dry: ['--dry-run', '-n'] };
const YARN: ProgramTable = {
  program: 'yarn',
  values: YARN_VALUES,
  commands: {
    add: YARN_ADD,
    global: { commands: { add: YARN_ADD } },
    dlx: { act: 'execute', values: ['-p', '--package'], isLauncher: true },
    exec: { isLauncher: true },
    publish: YARN_PUBLISH,
    npm: { commands: { publish: YARN_PUBLISH } },
    workspace: { skips: 1 },
    workspaces: {
      commands: {
        foreach: { skips: 0, values: ['--include', '--exclude', '--from', '-j', '--jobs'] },
      },
    },
  },
};

const BUN: ProgramTable = {
  program: 'bun',
  values: words('--cwd -c --config --registry --tag --access --otp --cache-dir --backend --omit'),
  commands: {
    ...named('add a install i', { act: 'install', dry: ['--dry-run', '--lockfile-only'] }),
    ...named('x', { act: 'execute', values: ['-p', '--package'], isLauncher: true }),
    publish: { act: 'publish', dry: ['--dry-run'] },
  },
};

const GEM: ProgramTable = {
  program: 'gem',
  values: words(
    '-v --version -i --install-dir -n --bindir -s --source -P --trust-policy --platform -p --http-proxy -B --build-root --document --config-file --host -k --key --otp --target-rbconfig -g --file -j --attestation',
  ),
  abbreviated: words(
    'build cert check cleanup contents dependency environment exec fetch generate_index help info install list lock mirror open outdated owner pristine push query rdoc rebuild search server signin signout sources specification stale uninstall unpack update which yank',
  ),
  commands: {
    ...named('install i', { act: 'install', dry: ['--explain'], endsAtDashes: true }),
    exec: { act: 'execute', values: ['-g', '--gem', '-v', '--version'], isLauncher: true },
    push: { act: 'publish' },
  },
};

const BUNDLE: ProgramTable = {
  program: 'bundle',
  values: words(
    '-v --version -g --group -s --source --path --git --branch --ref --glob --require --gemfile -r --retry',
  ),
  commands: {
    add: { act: 'install', dry: ['--skip-install'] },
    ...named('exec e ex exe', { isLauncher: true }),
  },
};

const PIP_VALUES = words(
  '-r -c -e -t -i -f -b --requirement --constraint --editable --target --index-url --extra-index-url --find-links --platform --python-version --implementation --abi --root --prefix --src --upgrade-strategy --progress-bar --no-binary --only-binary --global-option --install-option --config-settings --config-setting -C --trusted-host --proxy --retries --timeout --cert --client-cert --cache-dir --log --exists-action --python --root-user-action --report --use-feature --use-deprecated --keyring-provider --group --build-constraint',
);
const PIP: ProgramTable = {
  program: 'pip',
  values: PIP_VALUES,
  commands: { install: { act: 'install', dry: ['--dry-run'] } },
};

const PIPX: ProgramTable = {
  program: 'pipx',
  values: words(
    '--spec --python --index-url -i --pip-args --suffix --preinstall --backend --fetch-missing-python --with',
  ),
  commands: {
    install: { act: 'install' },
    inject: { act: 'install' },
    run: { act: 'execute', isLauncher: true },
  },
};

const UV_VALUES = words(
  '--index --default-index -i --index-url --extra-index-url -f --find-links -p --python --directory --project --config-file --cache-dir --color -c --constraints --constraint --build-constraints --overrides --override -r --requirements --requirement -e --editable --extra --group --only-group --resolution --prerelease --exclude-newer --link-mode --config-setting -C --no-build-package --no-binary-package --only-binary --no-binary -P --upgrade-package --reinstall-package --target --prefix --python-version --python-platform --with --with-editable --with-requirements --from --env-file -w --publish-url --check-url --token -t --username -u --password --keyring-provider --trusted-publishing --allow-insecure-host --package --refresh-package -m --module',
);
const UV_INSTALL: CommandEntry = { act: 'install', dry: ['--dry-run'] };
const UV_TOOL_RUN: CommandEntry = { act: 'execute', isLauncher: true };
const UV: ProgramTable = {
  program: 'uv',
  values: UV_VALUES,
  commands: {
    pip: { commands: { install: UV_INSTALL } },
    tool: { commands: { install: UV_INSTALL, run: UV_TOOL_RUN } },
    run: { isLauncher: true },
    publish: { act: 'publish', dry: ['--dry-run'] },
  },
};

const CARGO_VALUES = words(
  '--version --vers --git --branch --tag --rev --path --root --registry --index -F --features -j --jobs --target --target-dir --profile --bin --example -Z --config --color -C --token -p --package --exclude --manifest-path --lockfile-path --message-format --timings',
);
const CARGO_PUBLISH: CommandEntry = { act: 'publish', dry: ['--dry-run', '-n'] };
const CARGO: ProgramTable = {
  program: 'cargo',
  values: CARGO_VALUES,
  commands: {
    install: { act: 'install', dry: ['--dry-run', '-n', '--list'] },
    publish: CARGO_PUBLISH,
    ...named('hack workspaces ws', { commands: { publish: CARGO_PUBLISH } }),
  },
};

const GO: ProgramTable = {
  program: 'go',
  values: words(
    '-mod -modfile -overlay -ldflags -gcflags -tags -o -C -exec -p -asmflags -buildmode -compiler -toolexec -pkgdir -covermode -coverpkg -pgo -installsuffix -gccgoflags',
  ),
  commands: {
    ...named('install get', { act: 'install', dry: ['-n'] }),
    run: { act: 'execute', dry: ['-n'] },
  },
};

const PUSH: CommandEntry = {
  act: 'publish',
  values: words(
    '-s --source -k --api-key -ss --symbol-source -sk --symbol-api-key -t --timeout --configfile -source -apikey -symbolsource -symbolapikey -timeout -configfile -verbosity',
  ),
};
const DOTNET: ProgramTable = {
  program: 'dotnet',
  commands: {
    nuget: { commands: { push: PUSH } },
    tool: {
      commands: {
        ...named('install update', {
          act: 'install',
          values: words(
            '--version --add-source --source --tool-path --configfile --framework -v --verbosity --tool-manifest -a --arch',
          ),
        }),
        ...named('exec execute', {
          act: 'execute',
          values: words('--version --source --add-source --configfile'),
        }),
      },
    },
  },
};
const DNX: ProgramTable = {
  program: 'dotnet',
  act: 'execute',
  values: words('--version --source --add-source --configfile'),
};

const NUGET: ProgramTable = { program: 'nuget', commands: { push: PUSH } };

const TWINE: ProgramTable = {
  program: 'twine',
  commands: {
    upload: {
      act: 'publish',
      values: words(
        '-r --repository --repository-url -u --username -p --password -s --sign-with -i --identity -c --comment --config-file --cert --client-cert',
      ),
    },
  },
};

const DIRECTORY = words('-C --directory -P --project');
const POETRY: ProgramTable = {
  program: 'poetry',
  values: DIRECTORY,
  commands: {
    publish: {
      act: 'publish',
      dry: ['--dry-run'],
      values: words('-r --repository -u --username -p --password --cert --client-cert --dist-dir'),
    },
    run: { isLauncher: true },
  },
};
const HATCH: ProgramTable = {
  program: 'hatch',
  values: words('-e --env -p --project --data-dir --cache-dir --config --color'),
  commands: {
    publish: {
      act: 'publish',
      values: words(
        '-r --repo -u --user -a --auth -i --initialize-auth -p --publisher -o --option --ca-cert --client-cert --client-key',
      ),
    },
    run: { isLauncher: true },
  },
};
const FLIT: ProgramTable = {
  program: 'flit',
  values: words('-f --ini-file --repository --pypirc'),
  commands: { publish: { act: 'publish', values: words('--format --repository --pypirc') } },
};
const PDM: ProgramTable = {
  program: 'pdm',
  values: words('-c --config -p --project'),
  commands: {
    publish: {
      act: 'publish',
      values: words(
        '-r --repository -u --username -P --password -c --comment -d --dest --ca-certs',
      ),
    },
    run: { isLauncher: true, values: words('-p --project') },
  },
};

/** The programs by their names, without endings such as `.exe`. */
export const PROGRAMS: ReadonlyMap<string, ProgramTable> = new Map<string, ProgramTable>([
  ['npm', NPM],
  ['npx', { ...NPM_EXEC, program: 'npm', values: [...NPM_VALUES, '-p', '--package'] }],
  ['pnpm', PNPM],
  ['pnpx', { program: 'pnpm', act: 'execute', values: ['--package'], isLauncher: true }],
  ['pnx', { program: 'pnpm', act: 'execute', values: ['--package'], isLauncher: true }],
  ['yarn', YARN],
  ['yarnpkg', YARN],
  ['bun', BUN],
  ['bunx', { program: 'bun', act: 'execute', values: ['-p', '--package'], isLauncher: true }],
  ['gem', GEM],
  ['bundle', BUNDLE],
  ['bundler', BUNDLE],
  ['pip', PIP],
  ['pipx', PIPX],
  ['uv', UV],
  ['uvx', { ...UV_TOOL_RUN, program: 'uv', values: UV_VALUES }],
  ['cargo', CARGO],
  ['go', GO],
  ['dotnet', DOTNET],
  ['dnx', DNX],
  ['nuget', NUGET],
  ['twine', TWINE],
  ['poetry', POETRY],
  ['hatch', HATCH],
  ['flit', FLIT],
  ['pdm', PDM],
  ['corepack', { program: 'corepack', isLauncher: true }],
]);
