/** Catalogers of Python. */

import { ARCHIVES_OF_ANY_NAME, BACKUP_SUFFIXES } from '../archive-names.ts';
import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** `requirements.txt`, `requirements-dev.txt`, `dev-requirements.txt`, `requirements/base.txt`. */
const REQUIREMENTS = {
  prefixes: ['requirements'],
  suffixes: [
    ...['-requirements.txt', '_requirements.txt', '.requirements.txt', '/requirements/'],
    ...['-requirements.in', '_requirements.in', '.requirements.in'],
  ],
};

/** Included files and constraints that have names of their own. */
const REQUIREMENTS_COMPANIONS = {
  names: ['base.txt', 'common.txt', 'dev.txt', 'prod.txt', 'production.txt', 'test.txt'],
  prefixes: ['constraints', 'requirements'],
};

/**
 * A checkout's further includes: sources of pip-compile, lists, and files without a suffix in
 * directories of requirements.
 */
const CHECKOUT_COMPANIONS = {
  ...REQUIREMENTS_COMPANIONS,
  suffixes: ['.in', '.list', '/deps/', '/reqs/', '/requirements/', '/requirements.d/'],
};

/** The rows of Python, in the order in which they are tried. */
export const PYPI_ROWS: readonly CatalogerRow[] = [
  {
    id: 'pypi/dist-info',
    ecosystem: 'pypi',
    presence: 'installed',
    detectsLastDeletion: true,
    files: { suffixes: ['.dist-info/METADATA'] },
    companions: {
      names: ['__init__.py'],
      suffixes: ['.dist-info/top_level.txt', '.dist-info/direct_url.json'],
    },
    version: 3,
    load: async () => (await import('../pypi/dist-info.ts')).distInfo,
  },
  {
    id: 'pypi/egg-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg-info', '.egg-info/PKG-INFO', '/EGG-INFO/PKG-INFO'] },
    companions: { names: ['__init__.py'], suffixes: ['.egg-info/top_level.txt'] },
    version: 2,
    load: async () => (await import('../pypi/egg-info.ts')).eggInfo,
  },
  {
    id: 'pypi/record',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.dist-info/RECORD', '.egg-info/installed-files.txt'] },
    version: 2,
    load: async () => (await import('../pypi/record.ts')).record,
  },
  {
    id: 'pypi/vendored',
    ecosystem: 'pypi',
    presence: 'embedded',
    files: {
      suffixes: [
        '/pip/_vendor/vendor.txt',
        '/setuptools/_vendor/vendored.txt',
        '/pkg_resources/_vendor/vendored.txt',
      ],
    },
    companions: { names: ['__init__.py'] },
    version: 2,
    load: async () => (await import('../pypi/vendored.ts')).vendored,
  },
  {
    id: 'pypi/egg',
    ecosystem: 'pypi',
    presence: 'installed',
    isArchive: true,
    files: { isReadInPlace: true, suffixes: ['.egg'] },
    version: 2,
    load: async () => (await import('../pypi/egg.ts')).egg,
  },
  {
    id: 'pypi/wheel',
    ecosystem: 'pypi',
    presence: 'embedded',
    files: {
      isReadInPlace: true,
      windowsSuffixes: ['.whl', '.zip', '.pyz', '.pyzw', '.pex', ...BACKUP_SUFFIXES],
      magics: ['PK\u0003\u0004'],
      scripts: [ARCHIVES_OF_ANY_NAME],
    },
    version: 4,
    load: async () => (await import('../pypi/wheel.ts')).wheel,
  },
  {
    // Applications of any name: a line for the interpreter, then the archive.
    id: 'pypi/zipapp',
    ecosystem: 'pypi',
    presence: 'embedded',
    files: { isReadInPlace: true, magics: ['#!'], markers: ['.dist-info/METADATA'] },
    version: 2,
    load: async () => (await import('../pypi/zipapp.ts')).zipapp,
  },
  {
    id: 'pypi/poetry-lock',
    ecosystem: 'pypi',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['poetry.lock'] },
    companions: { names: ['pyproject.toml'] },
    version: 4,
    load: async () => (await import('../pypi/poetry-lock.ts')).poetryLock,
  },
  {
    id: 'pypi/pdm-lock',
    ecosystem: 'pypi',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['pdm.lock'] },
    companions: { names: ['pyproject.toml'] },
    version: 3,
    load: async () => (await import('../pypi/pdm-lock.ts')).pdmLock,
  },
  {
    id: 'pypi/uv-lock',
    ecosystem: 'pypi',
    presence: 'declared',
    isLockfile: true,
    // `uv lock --script` writes `SCRIPT.py.lock`.
    files: {
      isReadInPlace: true,
      areFilesOnly: true,
      names: ['uv.lock'],
      suffixes: ['.py.lock', '.pyw.lock'],
    },
    version: 3,
    load: async () => (await import('../pypi/uv-lock.ts')).uvLock,
  },
  {
    id: 'pypi/pylock',
    ecosystem: 'pypi',
    presence: 'declared',
    isLockfile: true,
    files: {
      isReadInPlace: true,
      areFilesOnly: true,
      names: ['pylock.toml'],
      prefixes: ['pylock.'],
    },
    version: 3,
    load: async () => (await import('../pypi/pylock.ts')).pylock,
  },
  {
    id: 'pypi/pipfile-lock',
    ecosystem: 'pypi',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['Pipfile.lock'] },
    companions: { names: ['Pipfile'] },
    version: 2,
    load: async () => (await import('../pypi/pipfile-lock.ts')).pipfileLock,
  },
  {
    id: 'pypi/requirements',
    ecosystem: 'pypi',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    readsUtf16: true,
    files: REQUIREMENTS,
    companions: CHECKOUT_COMPANIONS,
    version: 4,
    load: async () => (await import('../pypi/requirements.ts')).requirements,
  },
  {
    id: 'pypi/pinned-requirements',
    ecosystem: 'pypi',
    presence: 'declared',
    artifacts: ['image', 'rootfs'],
    files: REQUIREMENTS,
    companions: REQUIREMENTS_COMPANIONS,
    version: 4,
    load: async () => (await import('../pypi/pinned-requirements.ts')).pinnedRequirements,
  },
  {
    id: 'pypi/pyproject',
    ecosystem: 'pypi',
    presence: 'declared',
    files: { names: ['pyproject.toml'] },
    version: 2,
    load: async () => (await import('../pypi/pyproject.ts')).pyproject,
  },
  {
    id: 'pypi/pipfile',
    ecosystem: 'pypi',
    presence: 'declared',
    files: { names: ['Pipfile'] },
    version: 1,
    load: async () => (await import('../pypi/pipfile.ts')).pipfile,
  },
  {
    id: 'pypi/setup-file',
    ecosystem: 'pypi',
    presence: 'declared',
    files: { names: ['setup.py', 'setup.cfg'] },
    version: 2,
    load: async () => (await import('../pypi/setup-file.ts')).setupFile,
  },
  {
    id: 'pypi/script',
    ecosystem: 'pypi',
    presence: 'declared',
    isScript: true,
    files: {
      scripts: [{ suffixes: ['.py', '.pyw'], texts: ['# /// script'], notBeside: '__init__.py' }],
      magics: ['#!'],
      markers: ['# /// script'],
    },
    companions: { names: ['__init__.py'] },
    version: 2,
    load: async () => (await import('../pypi/script.ts')).pythonScript,
  },
];
