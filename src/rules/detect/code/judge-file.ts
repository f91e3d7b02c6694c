/** The files of source code that rules examine. */

/** Directories with code of others, which their own lockfiles or records describe. */
const VENDORED: ReadonlySet<string> = new Set([
  ...['node_modules', 'bower_components', 'jspm_packages', 'vendor', 'vendored', '_vendor'],
  ...['third_party', 'third-party', 'thirdparty', 'site-packages', 'dist-packages'],
  ...['.venv', 'venv', 'virtualenv', '.tox', '.nox', '.yarn', '.pnpm', '.git', '__pypackages__'],
]);

/** Returns whether a file lies in a directory with code of others. */
export function isVendored(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => VENDORED.has(folder.toLowerCase()));
}

const TEST_FOLDER =
  /^(?:__tests__|_tests?|__mocks__|__fixtures__|tests?|specs?|e2e|fixtures?|testing|testdata|test[-_]data|cypress|testsuites?|bench|benchmarks?|test[-_]?(?:apps?|projects?|sites?))$/iu;
const TEST_FILE =
  /(?:[._-](?:test|spec|cy)\.[cm]?[jt]sx?|^tests?\.py|^test_?settings\.py|^test_[^/]*\.py|_test\.py|^conftest\.py)$/iu;

/** Returns whether a file is part of tests, by its name or directory. */
export function isTestFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return TEST_FILE.test(name) || parts.some((folder) => TEST_FOLDER.test(folder));
}

/** Beginnings that are long enough to judge the whole. */
const HEAD_LENGTH = 64 << 10;
/** Shorter files are looked at whatever their form is. */
const MIN_LENGTH = 20_000;
/**
 * Lines that people write are shorter: the longest line of 5,000 hand-written files had 1,400
 * characters on average.
 */
const MAX_MEAN_LINE = 220;
const MAX_LINE = 20_000;
const BUNDLE = /__webpack_require__|webpackBootstrap|parcelRequire|\bsourceMappingURL=data:/u;

/** Returns whether a text is minified or bundled code, which was made from other files. */
export function isMinified(text: string): boolean {
  if (text.length < MIN_LENGTH) return false;
  const head = text.slice(0, HEAD_LENGTH);
  if (BUNDLE.test(head)) return true;
  const lines = head.split('\n');
  // Long texts in quotes are no sign: code has few blanks once it is minified.
  const isDense = (line: string): boolean => blankShare(line) < 0.08;
  if (head.length / lines.length > MAX_MEAN_LINE)
    return isDense(head.replaceAll(/"[^"\n]*"|'[^'\n]*'/gu, ''));
  return lines.some(
    (line) => line.length > MAX_LINE && isDense(line.replaceAll(/"[^"]*"|'[^']*'/gu, '')),
  );
}

function blankShare(text: string): number {
  if (text.length < 200) return 1;
  return (text.match(/[ \t\n]/gu)?.length ?? 0) / text.length;
}

const EXAMPLE_FOLDER =
  /^(?:(?:examples?|samples?|demos?|tutorials?|sandbox)(?:[-_.]\w+)?|\w+[-_.](?:examples?|samples?|demos?))$/iu;
const STAND_IN_FOLDER = /^(?:mocks?|fakes?|stubs?|emulators?|simulators?)$/iu;
const DEVELOPMENT_FILE =
  /^(?:(?:\w+[._-])?example\.[cm]?(?:jsx?|tsx?|pyw?)$|dev(?:elopment)?[._-]?(?:proxy|server|tools?)\.[cm]?(?:jsx?|tsx?|pyw?)$|(?:(?:settings|config|conf|env)[._-]?)?(?:dev|devel|development|local|example|sample|demo|sandbox|debug)(?:[._-]?(?:settings|config|conf|env))?\.[cm]?(?:jsx?|tsx?|pyw?)$)/iu;

/**
 * Returns whether a file is an example, or has settings for the computers of developers, by its
 * name or directory. Passwords and debug modes in such files protect nothing.
 */
export function isExampleFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return DEVELOPMENT_FILE.test(name) || parts.some((folder) => EXAMPLE_FOLDER.test(folder));
}

/**
 * Returns whether a file stands in for another service on the computers of developers, by its
 * directory. Its passwords and tokens protect nothing; but it is a server, which pages of other
 * sites reach through the browser of a developer.
 */
export function isStandIn(path: string): boolean {
  return path.split('/').some((folder) => STAND_IN_FOLDER.test(folder));
}
