/** Which files are written to be read by tests: what they say is of nothing that is installed. */

/** Folders whose files are written to be read by tests, often broken on purpose. */
const FIXTURE_FOLDERS: ReadonlySet<string> = new Set([
  '__fixtures__',
  '__mocks__',
  '__tests__',
  'fixture',
  'fixtures',
  'spec',
  'specs',
  'test',
  'test-data',
  'test-fixtures',
  'test_data',
  'testdata',
  'testing',
  'tests',
]);

/** Whether a file lies below a folder of tests or fixtures; its own name does not count. */
export function isFixturePath(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => FIXTURE_FOLDERS.has(folder.toLowerCase()));
}
