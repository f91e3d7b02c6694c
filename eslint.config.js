import tseslint from 'typescript-eslint';
import jsdoc from 'eslint-plugin-jsdoc';
import unicorn from 'eslint-plugin-unicorn';
import { ONE_OF_EACH } from './tools/one-of-each.mjs';

const FORBIDDEN_SYNTAX = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
];
/** Test files share processes, see `vitest.config.ts`. What is forbidden here would change the files after them. */
const SHARED_STATE = [
  {
    selector:
      "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock|hoisted)$/]",
    message: 'Pass the module in, or call the file NAME.isolated.test.ts.',
  },
  {
    selector:
      "AssignmentExpression[left.object.object.name='process'][left.object.property.name='env'], UnaryExpression[operator='delete'][argument.object.object.name='process']",
    message: 'Use vi.stubEnv.',
  },
  {
    selector: "AssignmentExpression[left.object.name='globalThis']",
    message: 'Use vi.stubGlobal.',
  },
];
/** The build in `dist/` can be older than the sources. */
const OLD_BUILD = {
  selector: 'Literal[value=/dist.bin.assay/]',
  message: 'Use builtCommand of test/support/build.ts.',
};
/** The helpers that `ONE_OF_EACH` names. */
const HELPERS = [
  'src/core/base/artifact-path.ts',
  'src/core/base/compare.ts',
  'src/core/base/maps.ts',
];

/** Rooms whose readers are state machines, or that interpret programs, may have long functions. */
const STATE_MACHINES = [
  'src/formats/**',
  'src/scan/collect/**',
  'src/scan/rootfs/**',
  'src/rules/flow/**',
];

/** Contracts of plugins. A file holds one plugin, and its module comment is the docstring of it. */
const PLUGIN =
  '/^(Cataloger|CommandModule|ScanCommand|RecordFeed|Feed|Finder|Matcher|Reporter|ArtifactSource|ImageStore|VersionScheme)$/';

/** Functions that make plugins of which several differ in a few points. */
const PLUGIN_FACTORY =
  '/^(evrScheme|numberScheme|parsedScheme|semanticScheme|engineImages|rollingSecdb)$/';

/** What a docstring is required for: everything that another file can import. */
const EXPORTED = [
  'ExportNamedDeclaration > FunctionDeclaration',
  'ExportNamedDeclaration > ClassDeclaration',
  'ExportNamedDeclaration > TSInterfaceDeclaration',
  'ExportNamedDeclaration > TSTypeAliasDeclaration',
  `ExportNamedDeclaration[declaration.type='VariableDeclaration']:not([declaration.declarations.0.id.typeAnnotation.typeAnnotation.typeName.name=${PLUGIN}]):not([declaration.declarations.0.init.callee.name=${PLUGIN_FACTORY}])`,
];

export default tseslint.config(
  { ignores: ['dist/', '.dist-*/', 'coverage/', 'node_modules/', '**/testdata/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs', 'tools/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { unicorn },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'unicorn/prefer-node-protocol': 'error',
      'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX, ...ONE_OF_EACH],
      'no-console': 'error',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      eqeqeq: 'error',
      complexity: ['error', 16],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          contexts: EXPORTED,
          require: { FunctionDeclaration: false },
          enableFixer: false,
          checkAllFunctionExpressions: false,
        },
      ],
      'jsdoc/require-description': ['error', { contexts: EXPORTED, descriptionStyle: 'body' }],
    },
  },
  {
    files: STATE_MACHINES,
    rules: {
      complexity: 'off',
      'max-lines-per-function': ['error', { max: 150, skipComments: true, skipBlankLines: true }],
    },
  },
  { files: HELPERS, rules: { 'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX] } },
  {
    files: ['**/*.test.ts', 'test/**', 'tools/**', 'bench/**', '*.config.*', '*.js', '*.cjs'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      'no-restricted-syntax': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.test.ts', 'test/support/**'],
    ignores: ['**/*.isolated.test.ts', 'test/support/global-setup.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SHARED_STATE, OLD_BUILD] },
  },
  {
    files: ['*.js', '*.cjs', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
