/**
 * Workflows, actions and settings of Dependabot before and after the edits of `--fix`, byte for
 * byte. They were written before the code.
 */

export const HEAD =
  'name: x\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n';
const CHECKOUT = 'actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683';

/** Steps behind the same head; without a text behind, nothing is edited. */
export const STEPS: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'a checkout',
    `      - uses: ${CHECKOUT} # v4.2.2\n      - run: make\n`,
    `      - uses: ${CHECKOUT} # v4.2.2\n        with:\n          persist-credentials: false\n      - run: make\n`,
  ],
  [
    'a checkout with inputs and comments',
    `      # first\n      - name: a\n        uses: "${CHECKOUT}"\n        with:\n          # all\n          fetch-depth: 0 # commits\n`,
    `      # first\n      - name: a\n        uses: "${CHECKOUT}"\n        with:\n          # all\n          persist-credentials: false\n          fetch-depth: 0 # commits\n`,
  ],
  [
    'a checkout in flow style',
    `      - {uses: ${CHECKOUT}}\n      - {uses: ${CHECKOUT}, with: {fetch-depth: 0}}\n`,
    `      - {uses: ${CHECKOUT}, with: {persist-credentials: false}}\n      - {uses: ${CHECKOUT}, with: {persist-credentials: false, fetch-depth: 0}}\n`,
  ],
  [
    'a checkout with an anchor',
    `      - &c\n        uses: ${CHECKOUT}\n      - run: make\n`,
    `      - &c\n        uses: ${CHECKOUT}\n        with:\n          persist-credentials: false\n      - run: make\n`,
  ],
  ['a checkout in front of a push', `      - uses: ${CHECKOUT}\n      - run: git push\n`, ''],
  [
    'an expression without quotes',
    '      - run: echo ${{ github.event.issue.title }} # title\n',
    '      - env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n        run: echo "$ISSUE_TITLE" # title\n',
  ],
  [
    'expressions in quotes in a block',
    '      - name: a\n        run: |\n          echo "by ${{ github.event.issue.user.name }}: ${{ github.event.issue.title }}" # x\n          echo a${{ github.event.issue.title }}b\n',
    '      - name: a\n        env:\n          ISSUE_USER_NAME: ${{ github.event.issue.user.name }}\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n        run: |\n          echo "by ${ISSUE_USER_NAME}: ${ISSUE_TITLE}" # x\n          echo a"$ISSUE_TITLE"b\n',
  ],
  [
    'an expression between double quotes of YAML',
    '      - run: "echo ${{ github.head_ref }}"\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: "echo \\"$HEAD_REF\\""\n',
  ],
  [
    'an expression between single quotes of YAML',
    "      - run: 'echo ${{ github.head_ref }}'\n",
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: \'echo "$HEAD_REF"\'\n',
  ],
  [
    'an expression in flow style',
    '      - {run: "echo ${{ github.head_ref }}"}\n',
    '      - {env: {HEAD_REF: \'${{ github.head_ref }}\'}, run: "echo \\"$HEAD_REF\\""}\n',
  ],
  [
    'an expression beside variables',
    '      - run: echo ${{ github.head_ref }}\n        env:\n          # a\n          HEAD_REF: a\n',
    '      - run: echo "$HEAD_REF_2"\n        env:\n          # a\n          HEAD_REF_2: ${{ github.head_ref }}\n          HEAD_REF: a\n',
  ],
  [
    'an expression that a variable has already',
    '      - run: echo ${{ github.head_ref }}\n        env: {REF: "${{ github.head_ref }}"}\n',
    '      - run: echo "$REF"\n        env: {REF: "${{ github.head_ref }}"}\n',
  ],
  [
    'an expression in a substitution',
    '      - run: x="$(echo ${{ github.head_ref }} | wc -c)"\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: x="$(echo "$HEAD_REF" | wc -c)"\n',
  ],
  [
    'numbers stay',
    '      - run: echo ${{ github.event.issue.number }} ${{ github.head_ref }}\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: echo ${{ github.event.issue.number }} "$HEAD_REF"\n',
  ],
  [
    'an expression beside a variable of the script',
    '      - run: HEAD_REF=main && git checkout ${{ github.head_ref }}\n',
    '      - env:\n          HEAD_REF_2: ${{ github.head_ref }}\n        run: HEAD_REF=main && git checkout "$HEAD_REF_2"\n',
  ],
  [
    'an expression in a text that another step may run too',
    '      - run: &a |\n          echo ${{ github.head_ref }}\n      - run: *a\n',
    '',
  ],
  [
    'an expression whose variable the script changes',
    '      - run: REF=main && git checkout ${{ github.head_ref }}\n        env: {REF: "${{ github.head_ref }}"}\n',
    '      - run: REF=main && git checkout "$HEAD_REF"\n        env: {HEAD_REF: \'${{ github.head_ref }}\', REF: "${{ github.head_ref }}"}\n',
  ],
  ['an expression between single quotes', "      - run: echo '${{ github.head_ref }}'\n", ''],
  [
    'an expression in a here-document',
    "      - run: |\n          cat <<'E'\n          ${{ github.head_ref }}\n          E\n",
    '',
  ],
  [
    'an expression in PowerShell',
    '      - run: echo ${{ github.head_ref }}\n        shell: pwsh\n',
    '',
  ],
  ['an expression that is the command', '      - run: ${{ github.head_ref }}\n', ''],
];

/** Whole files. */
export const FILES: readonly (readonly [
  name: string,
  before: string,
  after: string,
  path?: string,
])[] = [
  [
    'permissions',
    'name: x\non: push\n# all\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
    'name: x\non: push\n# all\npermissions:\n  contents: read\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
  ],
  [
    'no permissions where a job uses its token',
    'name: x\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: gh pr list}]\n',
    '',
  ],
  [
    'secrets',
    'name: x\non: push\npermissions: {}\njobs:\n  a:\n    uses: $/.github/workflows/called.yml\n    secrets: inherit # all\n',
    'name: x\non: push\npermissions: {}\njobs:\n  a:\n    uses: $/.github/workflows/called.yml\n    secrets:\n      TOKEN: ${{ secrets.TOKEN }}\n      KEY: ${{ secrets.KEY }} # all\n',
  ],
  [
    'secrets in flow style',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/called.yml, secrets: inherit}}\n',
    "name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/called.yml, secrets: {TOKEN: '${{ secrets.TOKEN }}', KEY: '${{ secrets.KEY }}'}}}\n",
  ],
  [
    'secrets of a workflow that uses others than it declares',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: $/.github/workflows/undeclared.yml, secrets: inherit}}\n',
    '',
  ],
  [
    'secrets of a workflow elsewhere',
    'name: x\non: push\npermissions: {}\njobs: {a: {uses: a/b/.github/workflows/c.yml@11bd71901bbe5b1630ceea73d27597364c9af683, secrets: inherit}}\n',
    '',
  ],
  [
    'waiting times',
    'version: 2\nupdates:\n  - package-ecosystem: npm # a\n    directory: /\n  - {package-ecosystem: pip, directory: /}\n  - package-ecosystem: cargo\n    cooldown:\n      default-days: 2 # b\n  - package-ecosystem: maven\n    cooldown: {}\n  - package-ecosystem: gomod\n    cooldown:\n      semver-major-days: 30\n',
    'version: 2\nupdates:\n  - package-ecosystem: npm # a\n    cooldown:\n      default-days: 7\n    directory: /\n  - {package-ecosystem: pip, cooldown: {default-days: 7}, directory: /}\n  - package-ecosystem: cargo\n    cooldown:\n      default-days: 7 # b\n  - package-ecosystem: maven\n    cooldown: {default-days: 7}\n  - package-ecosystem: gomod\n    cooldown:\n      default-days: 7\n      semver-major-days: 30\n',
    '/.github/dependabot.yml',
  ],
];

/** Edits that only `--fix=all` makes, behind the same head. */
export const UNSAFE_STEPS: typeof STEPS = [
  [
    'a checkout in front of an action of the repository',
    `      - uses: ${CHECKOUT}\n      - uses: $/build\n`,
    `      - uses: ${CHECKOUT}\n        with:\n          persist-credentials: false\n      - uses: $/build\n`,
  ],
  [
    'a checkout in front of an action that is not known',
    `      - {uses: ${CHECKOUT}} # a\n      - uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683\n`,
    `      - {uses: ${CHECKOUT}, with: {persist-credentials: false}} # a\n      - uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683\n`,
  ],
  [
    'an argument of a program that is not known',
    '      - run: ./deploy ${{ github.head_ref }} # a\n',
    '      - env:\n          HEAD_REF: ${{ github.head_ref }}\n        run: ./deploy "$HEAD_REF" # a\n',
  ],
  [
    'arguments of programs that are and are not known',
    '      - run: |\n          echo ${{ github.head_ref }}\n          ./deploy --ref="${{ github.head_ref }}" ${{ github.event.issue.title }}\n',
    '      - env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n          HEAD_REF: ${{ github.head_ref }}\n        run: |\n          echo "$HEAD_REF"\n          ./deploy --ref="${HEAD_REF}" "$ISSUE_TITLE"\n',
  ],
  ['a program that runs its argument', '      - run: ssh host ${{ github.head_ref }}\n', ''],
  ['a script of a package', '      - run: npm run build ${{ github.head_ref }}\n', ''],
  ['a pipe to a shell', '      - run: ./render ${{ github.head_ref }} | bash\n', ''],
  ['a file that is not known', '      - run: ./render ${{ github.head_ref }} > x.sh\n', ''],
  [
    'an action of the working directory',
    '      - &a\n        uses: "./build" # a\n',
    '      - &a\n        uses: "$/build" # a\n',
  ],
  ['an action above the repository', '      - uses: ./../build\n', ''],
  [
    'a value that another step has too',
    "      - run: ./a\n        env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: &t 'true', X: *t}\n",
    '',
  ],
  [
    'an action of a directory that an earlier step has made',
    `      - uses: ${CHECKOUT}\n        with: {persist-credentials: false, repository: a/b, path: build}\n      - uses: ./build\n`,
    '',
  ],
  [
    'commands of the output',
    "      - run: ./a\n        env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true'} # a\n",
    "      - run: ./a\n        env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: 'false'} # a\n",
  ],
  [
    'a condition with a line break behind it',
    "      - if: | # a\n          ${{ github.event_name == 'push' }}\n        run: ./a\n",
    "      - if: |- # a\n          ${{ github.event_name == 'push' }}\n        run: ./a\n",
  ],
  [
    'a condition with a text around it',
    "      - if: ${{ github.ref == 'a' }} && true\n        run: ./a\n",
    '',
  ],
  [
    'names in a text',
    '      - if: contains(\'main "dev" main\', github.ref_name)\n        run: ./a\n',
    '',
  ],
  [
    'branches in a text',
    "      - if: contains('main  dev', github.ref_name) # a\n        run: ./a\n",
    '      - if: contains(fromJSON(\'["main", "dev"]\'), github.ref_name) # a\n        run: ./a\n',
  ],
];

/** Whole files that only `--fix=all` edits. */
export const UNSAFE_FILES: typeof FILES = [
  [
    'permissions of a job with an action that is not known',
    'name: x\non: push\njobs: # all\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683}]\n',
    'name: x\non: push\npermissions:\n  contents: read\njobs: # all\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683}]\n',
  ],
  [
    'permissions of a job that uses its token',
    'name: x\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: "make T=${{ github.token }}"}]\n',
    '',
  ],
  [
    'a condition on a bot',
    'name: x\non: pull_request\npermissions: {}\njobs:\n  a:\n    if: "github.actor == \'dependabot[bot]\' && true" # a\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
    'name: x\non: pull_request\npermissions: {}\njobs:\n  a:\n    if: "github.event.pull_request.user.login == \'dependabot[bot]\' && true" # a\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
  ],
  [
    'a condition on a bot in a workflow that others start too',
    "name: x\non: [push, pull_request]\npermissions: {}\njobs:\n  a:\n    if: github.actor == 'dependabot[bot]'\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n",
    '',
  ],
];

/** Edits of whole permissions. */
export const PERMISSIONS: typeof FILES = [
  [
    'all permissions',
    'name: x\non: push\npermissions: write-all # a\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
    'name: x\non: push\npermissions:\n  contents: read # a\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n',
  ],
  [
    'all permissions of a job in flow style',
    'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, permissions: read-all, steps: [{run: make}]}}\n',
    'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, permissions: {contents: read}, steps: [{run: make}]}}\n',
  ],
  [
    'all permissions of a job that signs',
    'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, permissions: write-all, steps: [{run: cosign sign a}]}}\n',
    '',
  ],
  [
    'all permissions of a job that publishes',
    'name: x\non: push\npermissions: {}\njobs: {a: {runs-on: ubuntu-24.04, permissions: write-all, steps: [{run: npm publish}]}}\n',
    '',
  ],
];

/** The commits of the repositories in {@link PINS}. */
export const PIN_COMMITS = { release: 'a'.repeat(40), main: 'b'.repeat(40) } as const;
const { release: RELEASE, main: MAIN } = PIN_COMMITS;
/** The digest of the images. */
export const PIN_DIGEST = `sha256:${'c'.repeat(64)}`;

/**
 * Pins behind the same head. `example/deploy` has the tags v1, v1.2 and v1.2.3 at one commit, the
 * branch `main` at another, and `both` as branch and tag; the ledger knows `example/recorded@v4`
 * and `@v4.0.1` at one commit, and `@dev`.
 */
export const PINS: typeof STEPS = [
  [
    'a tag',
    '      - uses: example/deploy@v1\n',
    `      - uses: example/deploy@${RELEASE} # v1.2.3\n`,
  ],
  [
    'a tag beside a comment',
    '      - uses: example/deploy@v1 # deploys\n        with: {a: b}\n',
    `      - uses: example/deploy@${RELEASE} # v1.2.3 deploys\n        with: {a: b}\n`,
  ],
  [
    'a tag beside its version',
    '      - uses:   example/deploy@v1.2  #  v1.2\n',
    `      - uses:   example/deploy@${RELEASE}  #  v1.2.3\n`,
  ],
  [
    'tags in quotes, in other case and with paths',
    '      - uses: "example/deploy@v1.2.3"\n      - uses: \'Example/Deploy/sub/dir@v1\'\n',
    `      - uses: "example/deploy@${RELEASE}" # v1.2.3\n      - uses: 'Example/Deploy/sub/dir@${RELEASE}' # v1.2.3\n`,
  ],
  [
    'tags in flow style',
    '      - {uses: example/deploy@v1}\n      - {uses: example/deploy@v1, with: {a: b}} # c\n',
    `      - {uses: example/deploy@${RELEASE}} # v1.2.3\n      - {uses: example/deploy@${RELEASE}, with: {a: b}} # c\n`,
  ],
  [
    'a tag with an anchor that another step uses',
    '      - uses: &deploy example/deploy@v1\n      - uses: *deploy\n',
    `      - uses: &deploy example/deploy@${RELEASE} # v1.2.3\n      - uses: *deploy\n`,
  ],
  [
    'a tag with an anchor that is an input too',
    '      - uses: &deploy example/deploy@v1\n        with: {name: *deploy}\n',
    '',
  ],
  [
    'a tag in a block',
    '      - uses: >-\n          example/deploy@v1\n      - run: make\n',
    `      - uses: >- # v1.2.3\n          example/deploy@${RELEASE}\n      - run: make\n`,
  ],
  [
    'the full name of a tag',
    '      - uses: example/deploy@refs/tags/v1\n',
    `      - uses: example/deploy@${RELEASE} # v1.2.3\n`,
  ],
  [
    'a full version that the ledger has recorded',
    '      - uses: example/recorded@v4.0.1\n',
    `      - uses: example/recorded@${RELEASE} # v4.0.1\n`,
  ],
  ['a name that is a branch and a tag', '      - uses: example/deploy@both\n', ''],
  ['a tag that is not there', '      - uses: example/deploy@v9\n', ''],
  ['a repository that is not known', '      - uses: example/other@v1\n', ''],
  ['no version', '      - uses: example/deploy\n', ''],
  [
    'a workflow that verifies its own tag',
    '      - uses: slsa-framework/slsa-github-generator/.github/workflows/a.yml@v1\n',
    '',
  ],
];

/**
 * Pins that only `--fix=all` makes: those of branches, and of names that may have moved since the
 * ledger recorded them. It knows `docker.io/library/debian:latest` and
 * `ghcr.io/example/tool:latest` too.
 */
export const UNSAFE_PINS: typeof STEPS = [
  [
    'a branch',
    '      - uses: example/deploy@main # x\n',
    `      - uses: example/deploy@${MAIN} # main x\n`,
  ],
  [
    'names that the ledger has recorded',
    '      - uses: example/recorded@dev\n      - uses: example/recorded@v4 # v4\n',
    `      - uses: example/recorded@${MAIN} # dev\n      - uses: example/recorded@${RELEASE} # v4.0.1\n`,
  ],
  [
    'an image of a step',
    '      - {uses: "docker://ghcr.io/example/tool:latest"} # a\n',
    `      - {uses: "docker://ghcr.io/example/tool:latest@${PIN_DIGEST}"} # a\n`,
  ],
  ['an image that the ledger does not know', '      - uses: docker://debian\n', ''],
];

/** Whole files with such pins. */
export const UNSAFE_PIN_FILES: typeof FILES = [
  [
    'images without a version beside one with',
    'name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    container: debian # a\n    services: {db: {image: debian:latest}}\n    steps: [{run: make}]\n',
    `name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    container: debian # a\n    services: {db: {image: debian:latest@${PIN_DIGEST}}}\n    steps: [{run: make}]\n`,
  ],
];
